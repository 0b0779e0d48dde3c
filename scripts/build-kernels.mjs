// Compiles the kernels (packages/kernels/assembly) to WASM, unless they are unchanged, and writes each build as a module
// that holds it as text: the code then needs no address of its own, in any bundler and under any connect-src.
//   node scripts/build-kernels.mjs
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages/kernels');
const sources = join(folder, 'assembly');
const generated = join(folder, 'src/wasm/generated');
const MOST_BYTES = 64 * 1024;
/** WASM's number of the section for what is placed in memory at the start. */
const DATA_SECTION = 11;

// --use abort= turns a failed assertion into a trap: the memory stays the only import.
const COMMON = ['-O3', '--runtime', 'stub', '--importMemory', '--use', 'abort=', '--enable', 'simd'];
const BUILDS = {
  relaxed: [...COMMON, '--noAssert', '--enable', 'relaxed-simd'],
  simd: [...COMMON, '--noAssert'],
  checked: COMMON,
};

/** Changes when a source, this script or the compiler changes. */
function stampOf() {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  for (const name of names.sort()) hash.update(name).update(readFileSync(join(sources, name)));
  const { version } = createRequire(import.meta.url)('assemblyscript/package.json');
  return hash.update(version).digest('hex');
}

/** True when something was compiled. */
export async function buildKernels() {
  const stamp = stampOf();
  const stampFile = join(generated, 'stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(generated, { recursive: true });
  for (const [level, flags] of Object.entries(BUILDS)) {
    /** @type {Record<string, string | Uint8Array>} */
    const outputs = {};
    const { error, stderr } = await asc.main(
      ['index.ts', '-o', 'kernels.wasm', '--baseDir', sources, ...flags],
      {
        readFile: (name, base) => {
          const path = join(base, name);
          return existsSync(path) ? readFileSync(path, 'utf8') : null;
        },
        writeFile: (name, contents) => {
          outputs[name] = contents;
        },
        listFiles: () => null,
      },
    );
    if (error) throw new Error(`the "${level}" kernels do not compile:\n${stderr}`);
    const wasm = Buffer.from(/** @type {Uint8Array} */ (outputs['kernels.wasm']));
    check(level, wasm);
    const text = `// Made by scripts/build-kernels.mjs.\n/** The "${level}" kernels: a WASM module in base64. */\nexport const ${level.toUpperCase()}: string =\n  '${wasm.toString('base64')}';\n`;
    replace(join(generated, `${level}.ts`), text);
  }
  replace(stampFile, stamp);
  return true;
}

/**
 * At once, so that whoever reads at the same time sees the old file or the new one.
 *
 * @param {string} file
 * @param {string} text
 */
function replace(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/**
 * @param {string} level
 * @param {Buffer<ArrayBuffer>} wasm
 */
function check(level, wasm) {
  if (wasm.length > MOST_BYTES)
    throw new Error(`the "${level}" kernels have ${wasm.length} bytes, more than ${MOST_BYTES}`);
  if (sectionsOf(wasm).includes(DATA_SECTION))
    throw new Error(`the "${level}" kernels place data in a memory that is not theirs`);
  // Node 20 cannot parse relaxed SIMD, so the import section is looked at in the other builds, of the same source.
  if (level === 'relaxed') return;
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  if (imports.length !== 1 || imports[0]?.kind !== 'memory')
    throw new Error(
      `the "${level}" kernels import ${imports.map(({ name }) => name)}: only the memory is allowed`,
    );
}

/**
 * The numbers of a module's sections, in order.
 *
 * @param {Buffer<ArrayBuffer>} wasm
 */
function sectionsOf(wasm) {
  const numbers = [];
  for (let at = 8; at < wasm.length; ) {
    numbers.push(wasm.readUInt8(at));
    at += 1;
    let size = 0;
    for (let shift = 0, byte = 128; byte & 128; shift += 7) {
      byte = wasm.readUInt8(at);
      at += 1;
      size += (byte & 127) * 2 ** shift;
    }
    at += size;
  }
  return numbers;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await buildKernels()) ? 'kernels         compiled' : 'kernels         unchanged');
}
