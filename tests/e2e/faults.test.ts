import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBarePage } from '../../scripts/lib/bare-page.mjs';
import { makeMicrophoneWav } from '../../scripts/lib/microphone-wav.mjs';
import type { Intercept } from '../../scripts/lib/static-server.mjs';
import { browserPath, modelsFolder } from './environment.ts';

type OpenOptions = Partial<Parameters<typeof openBarePage>[0]>;

/** Opens a page, starts a session, mends what was broken, and starts the same session again. */
async function startTwice(
  options: OpenOptions,
  mend: (page: Awaited<ReturnType<typeof openBarePage>>) => Promise<unknown> | unknown,
) {
  const bare = await openBarePage({ executablePath: browserPath(), modelsFolder, ...options });
  const start = () =>
    bare.page.evaluate(async () => {
      const page = globalThis as unknown as { session?: ReturnType<typeof runanywhere.createVoiceSession> };
      page.session ??= runanywhere.createVoiceSession({ modelsUrl: '/models/' });
      const { session } = page;
      const error = await session.start().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const { state, microphone } = session.getSnapshot();
      if (error === undefined) return { code: 'none', message: '', state, microphone };
      if (!runanywhere.isRunAnywhereError(error))
        return { code: 'not ours', message: String(error), state, microphone };
      return { code: error.code, message: error.message, state, microphone };
    });
  try {
    const broken = await start();
    await mend(bare);
    const mended = await start();
    return { broken, mended };
  } finally {
    await bare.close();
  }
}

/** A microphone in a silent room. */
const quiet = await makeMicrophoneWav([]);

/** Changes what the server answers for one file until `mended`. */
function breaking(
  fileName: string,
  how: (send: { status(code: number, body: string): void; bytes(body: Buffer): void }) => void,
) {
  const state = { mended: false };
  const intercept: Intercept = (_request, response, pathname) => {
    if (state.mended || !pathname.endsWith(`/${fileName}`)) return false;
    how({
      status: (code, body) => response.writeHead(code, { 'content-type': 'text/html' }).end(body),
      bytes: (body) => response.writeHead(200, { 'content-length': body.length }).end(body),
    });
    return true;
  };
  return { state, intercept };
}

const encoder = path.join(modelsFolder, 'moonshine-tiny', 'encoder_model.onnx');

describe('what breaks says what to do, and the session can be started again', () => {
  test('a refused microphone', async () => {
    const { broken, mended } = await startTwice(
      {
        flags: [
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-audio-capture=${quiet.file}%noloop`,
        ],
      },
      ({ context }) => context.grantPermissions(['microphone']),
    );
    expect(broken).toMatchObject({ code: 'mic-denied', microphone: 'closed' });
    expect(broken.message).toMatch(/Allow it in the browser/);
    expect(mended).toMatchObject({ code: 'none', state: 'listening', microphone: 'open' });
  });

  test('no microphone at all', async () => {
    const { broken } = await startTwice({}, ({ context }) => context.grantPermissions(['microphone']));
    expect(['mic-missing', 'mic-denied']).toContain(broken.code);
  });

  test.each([
    [
      'a missing model file',
      'model-missing',
      (send: { status(code: number, body: string): void }) => send.status(404, 'no'),
    ],
    [
      'a page of HTML instead of a model',
      'model-missing',
      (send: { status(code: number, body: string): void }) => send.status(200, '<!doctype html>'),
    ],
  ])('%s', async (_case, code, how) => {
    const { state, intercept } = breaking('encoder_model.onnx', how);
    const { broken, mended } = await startTwice({ intercept, microphoneWav: quiet.file }, () => {
      state.mended = true;
    });
    expect(broken).toMatchObject({ code, state: 'failed' });
    expect(broken.message).toMatch(/encoder_model\.onnx/);
    expect(broken.message).toMatch(/models pull|modelsUrl/);
    expect(mended).toMatchObject({ code: 'none', state: 'listening' });
  });

  test('a corrupted model file: both digests are named', async () => {
    const bytes = readFileSync(encoder);
    bytes[5_000_000] = (bytes[5_000_000] ?? 0) ^ 1;
    const { state, intercept } = breaking('encoder_model.onnx', (send) => send.bytes(bytes));
    const { broken, mended } = await startTwice({ intercept, microphoneWav: quiet.file }, () => {
      state.mended = true;
    });
    expect(broken).toMatchObject({ code: 'model-corrupt', state: 'failed' });
    expect(new Set(broken.message.match(/[0-9a-f]{64}/g)).size).toBe(2);
    expect(mended).toMatchObject({ code: 'none', state: 'listening' });
  });

  test('a browser without AudioWorklet', async () => {
    const { broken, mended } = await startTwice(
      {
        microphoneWav: quiet.file,
        record: false,
        initScript: () => {
          const taken = ([globalThis, BaseAudioContext.prototype] as object[]).flatMap((holder) =>
            ['AudioWorklet', 'AudioWorkletNode', 'audioWorklet'].flatMap((name) => {
              const descriptor = Object.getOwnPropertyDescriptor(holder, name);
              Reflect.deleteProperty(holder, name);
              return descriptor ? [() => Object.defineProperty(holder, name, descriptor)] : [];
            }),
          );
          Object.assign(globalThis, { giveBack: () => taken.map((restore) => restore()).length });
        },
      },
      ({ page }) => page.evaluate(() => (globalThis as unknown as { giveBack(): number }).giveBack()),
    );
    expect(broken.code).toBe('audio-unsupported');
    expect(broken.message).toMatch(/AudioWorklet/);
    expect(mended).toMatchObject({ code: 'none', state: 'listening', microphone: 'open' });
  });
});
