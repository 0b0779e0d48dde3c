import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, run, StepError, start } from './process.mjs';

const PACKAGE = 'xllamacpp==2026.10.11549';
const SERVER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'native-llama.py');
const READY_MS = 60_000;

/**
 * Starts native llama.cpp over a GGUF file, as what the browser's replies are held against. The first call of a machine
 * installs it (PyPI `xllamacpp`, 20 MB) into a Python environment of its own in the cache.
 *
 * @param {string} ggufPath
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} `url`: where llama.cpp's HTTP API is.
 */
export async function startNativeLlama(ggufPath) {
  const python = await ensurePython();
  const port = await freePort();
  const child = start(python, [SERVER, ggufPath, String(port)], { stdio: ['pipe', 'ignore', 'pipe'] });
  let lastWords = '';
  child.stderr?.on('data', (bytes) => {
    lastWords = `${lastWords}${bytes}`.slice(-2000);
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${port}`;
  const deadlineMs = performance.now() + READY_MS;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadlineMs) {
      child.kill('SIGKILL');
      throw new StepError(
        `Native llama.cpp did not start.\n${lastWords}`,
        `Remove ${environmentFolder()} and try again: it is made anew.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { url, stop };
}

function environmentFolder() {
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(cache, 'runanywhere', 'venvs', PACKAGE.replace('==', '-'));
}

/** The Python that has llama.cpp. Several processes may ask at once: each makes its own and the first to finish wins. */
async function ensurePython() {
  const folder = environmentFolder();
  const done = path.join(folder, '.complete');
  if (!existsSync(done)) {
    await ensureVenv();
    const todo = 'Check that Python 3.9 or newer is installed and pip reaches its registry, then try again.';
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.dirname(folder), { recursive: true });
    await mustRun('Python could not make an environment', todo, 'python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE];
    await mustRun('Native llama.cpp could not be installed', todo, pythonIn(folder), pip);
    await writeFile(`${done}.part`, `${PACKAGE}\n`);
    await rename(`${done}.part`, done);
  }
  return pythonIn(folder);
}

/** @param {string} folder */
function pythonIn(folder) {
  return process.platform === 'win32'
    ? path.join(folder, 'Scripts', 'python.exe')
    : path.join(folder, 'bin', 'python');
}

/** Debian leaves a part of `venv` out of its Python. */
async function ensureVenv() {
  const hasVenv = async () =>
    (await run('python3', ['-c', 'import venv, ensurepip']).catch(() => ({ code: 1 }))).code === 0;
  if (await hasVenv()) return;
  const todo =
    'Install Python 3 with venv (Debian and Ubuntu: sudo apt install python3-venv), then try again.';
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await mustRun('Package lists could not be read', todo, 'apt-get', ['update', '--quiet'], { env });
    const install = ['install', '--yes', '--quiet', '--no-install-recommends', 'python3-venv'];
    await mustRun('python3-venv could not be installed', todo, 'apt-get', install, { env });
  }
  if (!(await hasVenv())) throw new StepError('Python 3 with venv is needed for this test.', todo);
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {string} url */
function isHealthy(url) {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false, // It does not listen yet.
  );
}
