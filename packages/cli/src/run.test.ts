import { readdir, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { FakeTerminal } from './testing/fake-terminal.ts';

describe('pull', () => {
  test('fetches the defaults, one plain line at a time', async () => {
    const terminal = await FakeTerminal.start();
    expect(await terminal.run('models pull')).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "ears: fetching weights.bin, 12.3 kB
      ears: fetching LICENSE, 3 B
      ears: 12.3 kB verified in 0.2 s
      ",
        "stdout": "1 model ready in <root>/cache (12.3 kB).
      ",
      }
    `);
    expect(await terminal.run('models pull')).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "",
        "stdout": "1 model ready in <root>/cache (12.3 kB).
      ",
      }
    `);
  });

  test('on a terminal: bars, redrawn in place', async () => {
    const terminal = await FakeTerminal.start();
    const { stderr } = await terminal.run('models pull', { isTTY: true });
    expect(stderr.replaceAll('\x1b', '␛')).toMatchInlineSnapshot(`
      "␛[2Kears  ░░░░░░░░░░░░░░░░░░░░    0 %  0 B of 12.3 kB
      ␛[J␛[1A␛[2Kears  ░░░░░░░░░░░░░░░░░░░░    0 %  0 B of 3 B
      ␛[J␛[1A␛[2Kears  ␛[32m✓ 12.3 kB verified in 0.3 s␛[39m
      ␛[J␛[1A␛[2Kears  ␛[32m✓ 12.3 kB verified in 0.3 s␛[39m
      ␛[J"
    `);
  });

  test('NO_COLOR keeps the bars and drops the colours', async () => {
    const terminal = await FakeTerminal.start();
    const env = { RUNANYWHERE_MODELS: terminal.cache, NO_COLOR: '1' };
    const { stderr } = await terminal.run('models pull', { isTTY: true, env });
    expect(stderr).toContain('░');
    expect(stderr.split('\x1b').filter((piece) => /^\[\d+m/.test(piece))).toEqual([]);
  });

  test('--to lays the files into a folder', async () => {
    const terminal = await FakeTerminal.start();
    expect(await terminal.run('models pull ears --to public/models')).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "ears: fetching weights.bin, 12.3 kB
      ears: fetching LICENSE, 3 B
      ears: 12.3 kB verified in 0.2 s
      ",
        "stdout": "1 model ready in public/models (12.3 kB; 2 files linked).
      ",
      }
    `);
    expect((await readdir(terminal.path('public/models/ears'))).sort()).toEqual(['LICENSE', 'weights.bin']);
  });

  test('a model that cannot be had: the others are pulled all the same', async () => {
    const terminal = await FakeTerminal.start();
    const { exitCode, stdout, stderr } = await terminal.run('models pull --all');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    // The two are fetched at the same time, so their lines come in any order; the failure stands last.
    expect(stderr).toMatch(/^ears: 12\.3 kB verified in /m);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatchInlineSnapshot(
      `""voice.bin" of model "mouth" could not be fetched: it is not at <server>/voice.bin. Check the connection and try again."`,
    );
    expect((await terminal.run('models verify ears')).exitCode).toBe(0);
  });

  test('--json prints one document and nothing else', async () => {
    const terminal = await FakeTerminal.start();
    const { stdout, stderr, exitCode } = await terminal.run('models pull --all --json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
      {
        "files": [],
        "folder": "<root>/cache",
        "models": [
          {
            "id": "ears",
            "ok": true,
            "sizeBytes": 12348,
          },
          {
            "error": {
              "code": "model-unavailable",
              "details": {
                "file": "voice.bin",
                "modelId": "mouth",
                "reason": "it is not at <server>/voice.bin",
              },
              "message": ""voice.bin" of model "mouth" could not be fetched: it is not at <server>/voice.bin. Check the connection and try again.",
            },
            "id": "mouth",
            "ok": false,
          },
        ],
      }
    `);
  });

  test('Ctrl-C', async () => {
    const terminal = await FakeTerminal.start();
    expect(await terminal.run('models pull', { signal: AbortSignal.abort() })).toMatchInlineSnapshot(`
      {
        "exitCode": 130,
        "stderr": "Stopped. What is complete is kept; run it again to go on.
      ",
        "stdout": "",
      }
    `);
  });
});

describe('verify', () => {
  test('says what is wrong with which file', async () => {
    const terminal = await FakeTerminal.start();
    await terminal.run('models pull');
    expect(await terminal.run('models verify')).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "",
        "stdout": "ears: 2 files right (12.3 kB)
      ",
      }
    `);
    await writeFile(terminal.path('cache/ears/LICENSE'), 'GPL');
    await rm(terminal.path('cache/ears/weights.bin'));
    expect(await terminal.run('models verify')).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "stderr": "  "weights.bin" of model "ears" is not at <root>/cache/ears. Run \`npx runanywhere models pull\` with that folder, or correct modelsUrl.
        "LICENSE" of model "ears" has SHA-256 f40cafaca0fa13eb1b4b1dc8534f16a5385ac80253edb57f7bf7360e3693b7cc where e5dcffe836b6ec8a58e492419b550e65fb8cbdc308503979e5dacb33ac7ea3b7 is expected. Fetch it again; if that does not help, the place it comes from has other bytes.
      ",
        "stdout": "ears: 2 of 2 files wrong
      ",
      }
    `);
  });

  test('an empty folder', async () => {
    const terminal = await FakeTerminal.start();
    expect(await terminal.run('models verify --in public/models')).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "stderr": ""weights.bin" of model "ears" is not at <root>/public/models. Run \`npx runanywhere models pull\` with that folder, or correct modelsUrl.
      ",
        "stdout": "",
      }
    `);
  });

  test('--json', async () => {
    const terminal = await FakeTerminal.start();
    await terminal.run('models pull');
    const { stdout } = await terminal.run('models verify --json');
    expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
      {
        "folder": "<root>/cache",
        "models": [
          {
            "files": [
              {
                "file": "weights.bin",
                "ok": true,
                "sizeBytes": 12345,
              },
              {
                "file": "LICENSE",
                "ok": true,
                "sizeBytes": 3,
              },
            ],
            "id": "ears",
          },
        ],
      }
    `);
  });
});

test('list', async () => {
  const terminal = await FakeTerminal.start();
  await terminal.run('models pull');
  expect(await terminal.run('models list')).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stderr": "",
      "stdout": "model   for            size     licence  language  pulled
    ears *  transcription  12.3 kB  MIT      en        yes     the ears
    mouth   speech         500 B    MIT      en        no      the mouth

    * pulled when no model is named. Cache: <root>/cache
    ",
    }
  `);
  expect(JSON.parse((await terminal.run('models list --json')).stdout)).toMatchObject({
    models: [
      { id: 'ears', sizeBytes: 12_348, isDefault: true, inCache: true },
      { id: 'mouth', isDefault: false, inCache: false },
    ],
  });
});

describe('mistakes', () => {
  test.each([
    ['models pull nose', 1],
    ['models pull --too public', 2],
    ['modles', 2],
    ['models verify --in', 2],
  ])('%s ends with %i and says what to do', async (line, exitCode) => {
    const terminal = await FakeTerminal.start();
    const ran = await terminal.run(line);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toMatchSnapshot();
  });

  test('an unknown model with --json', async () => {
    const terminal = await FakeTerminal.start();
    const { stdout, exitCode } = await terminal.run('models pull nose --json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'model-unknown', details: { modelId: 'nose' } },
    });
  });

  test('--help', async () => {
    const terminal = await FakeTerminal.start();
    const { exitCode, stdout } = await terminal.run('models pull --help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--to <folder>');
  });
});
