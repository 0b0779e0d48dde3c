import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogModel } from '@runanywhere/models';
import { onTestFinished } from 'vitest';
import type { CliIo } from '../cli-io.ts';
import { run } from '../run.ts';

/** What a command wrote and how it ended; the test's own folders and addresses are replaced by names. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder, a web server with two small models, and a terminal to run the command in. */
export class FakeTerminal {
  /** The cache folder. */
  readonly cache: string;
  readonly #root: string;
  readonly #url: string;
  readonly #models: readonly CatalogModel[];

  private constructor(root: string, url: string) {
    this.#root = root;
    this.#url = url;
    this.cache = join(root, 'cache');
    this.#models = [
      model('ears', 'transcription', url, { 'weights.bin': ears, LICENSE: 'MIT' }),
      model('mouth', 'speech', url, { 'voice.bin': mouth }),
    ];
  }

  static async start(): Promise<FakeTerminal> {
    const root = await mkdtemp(join(tmpdir(), 'cli-test-'));
    const server = createServer((request, response) => {
      const content = SERVED[request.url ?? ''];
      if (content === undefined) response.writeHead(404);
      response.end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      server.close();
      await rm(root, { recursive: true, force: true });
    });
    return new FakeTerminal(root, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** Runs one command line. The clock moves 50 ms each time it is read. */
  async run(line: string, changes: Partial<CliIo> & { isTTY?: boolean } = {}): Promise<Ran> {
    const { isTTY = false, ...io } = changes;
    const written = { stdout: '', stderr: '' };
    let nowMs = 0;
    const stream = (name: 'stdout' | 'stderr'): CliIo['stdout'] => ({
      isTTY,
      columns: 90,
      write: (text) => {
        written[name] += text;
      },
    });
    const exitCode = await run(line.split(' ').filter(Boolean), {
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      env: { RUNANYWHERE_MODELS: this.cache },
      cwd: this.#root,
      now: () => {
        nowMs += 50;
        return nowMs;
      },
      models: this.#models,
      defaultModelIds: ['ears'],
      ...io,
    });
    return { exitCode, stdout: this.#named(written.stdout), stderr: this.#named(written.stderr) };
  }

  /** A path below the folder the command runs in. */
  path(...parts: readonly string[]): string {
    return join(this.#root, ...parts);
  }

  #named(text: string): string {
    return text.replaceAll(this.#root, '<root>').replaceAll(this.#url, '<server>');
  }
}

const ears = 'e'.repeat(12_345);
const mouth = 'm'.repeat(500);
const SERVED: Readonly<Record<string, string>> = { '/weights.bin': ears, '/LICENSE': 'MIT' }; // No voice.bin.

function model(
  id: string,
  role: CatalogModel['role'],
  url: string,
  files: Readonly<Record<string, string>>,
): CatalogModel {
  return {
    id,
    role,
    description: `the ${id}`,
    licence: 'MIT',
    licenceUrl: 'https://example.org/licence',
    languages: ['en'],
    memoryBytes: 2_000_000,
    files: Object.entries(files).map(([name, content]) => {
      const sha256 = createHash('sha256').update(content).digest('hex');
      return {
        name,
        sizeBytes: content.length,
        sha256,
        chunkSha256: [sha256],
        sources: [{ kind: 'https', url: `${url}/${name}` }],
      };
    }),
  };
}
