import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { expect, test } from 'vitest';
import { openBarePage, readRecording } from '../../scripts/lib/bare-page.mjs';
import { makeMicrophoneWav } from '../../scripts/lib/microphone-wav.mjs';
import type { Intercept } from '../../scripts/lib/static-server.mjs';
import { converse, textOf } from './converse.ts';
import { browserPath, modelsFolder, speechFile, transcribe } from './environment.ts';

const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";

/** Collects what browsers report: pages and workers alike, whoever listens to their events. */
function collectReports(): { reports: string[]; intercept: Intercept } {
  const reports: string[] = [];
  const intercept: Intercept = async (request, response, pathname) => {
    if (pathname !== '/reported') return false;
    let body = '';
    for await (const piece of request) body += String(piece);
    reports.push(body);
    response.writeHead(204).end();
    return true;
  };
  return { reports, intercept };
}

/** Runs in the page: what the policy refuses. */
async function startBlobWorker(): Promise<string> {
  const url = URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }));
  return new Promise((resolve) => {
    try {
      const worker = new Worker(url);
      worker.onmessage = () => resolve('started');
      worker.onerror = () => resolve('refused');
    } catch {
      resolve('refused');
    }
  });
}

test('a whole spoken conversation keeps to the strictest policy: no blob, no shared memory', async () => {
  const { reports, intercept } = collectReports();
  const microphone = await makeMicrophoneWav([speechFile('question.wav')]);
  const bare = await openBarePage({
    executablePath: browserPath(),
    modelsFolder,
    microphoneWav: microphone.file,
    headers: { 'content-security-policy': `${POLICY}; report-uri /reported` },
    intercept,
  });
  try {
    expect(await bare.page.evaluate(() => crossOriginIsolated)).toBe(false);
    const conversation = await converse(bare.page);
    expect(textOf(conversation, 'user')).toMatch(/capital of France/i);
    const answered = textOf(conversation, 'assistant');
    expect(answered).toContain('Paris');
    const spoken = await transcribe({ ...(await readRecording(bare.page)), startMs: 0 });
    const { wordErrorRate: wrong } = wordErrorRate(answered, spoken);
    expect(wrong, `written: ${answered}\nheard back: ${spoken}`).toBeLessThanOrEqual(0.15);
    expect(reports).toEqual([]);
    expect(bare.complaints).toEqual([]);

    // The policy is in force and what it refuses is reported: otherwise the lines above would prove nothing.
    expect(await bare.page.evaluate(startBlobWorker)).toBe('refused');
    await expect.poll(() => reports.length, { timeout: 10_000 }).toBe(1);
    expect(reports[0]).toContain('worker-src');
  } finally {
    await bare.close();
  }
});
