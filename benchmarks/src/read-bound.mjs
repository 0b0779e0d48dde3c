import asc from 'assemblyscript/asc';

/** Reads memory as fast as one thread can: eight sums, so that none waits for another. */
const SOURCE = `
/** Memory that was never written is one page of zeros, which lies in the cache. */
export function fill(bytes: i32): void {
  memory.fill(0, 1, bytes);
}
export function readAll(bytes: i32): i32 {
  let a = i32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let p = 0; p < bytes; p += 128) {
    a = i32x4.add(a, v128.load(p, 0));
    b = i32x4.add(b, v128.load(p, 16));
    c = i32x4.add(c, v128.load(p, 32));
    d = i32x4.add(d, v128.load(p, 48));
    e = i32x4.add(e, v128.load(p, 64));
    f = i32x4.add(f, v128.load(p, 80));
    g = i32x4.add(g, v128.load(p, 96));
    h = i32x4.add(h, v128.load(p, 112));
  }
  a = i32x4.add(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)), i32x4.add(i32x4.add(e, f), i32x4.add(g, h)));
  return i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1) + i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3);
}
`;

/** The WASM of the probe, which exports `fill(bytes)` and `readAll(bytes)` over a memory of 162 MiB. */
export async function readBoundWasm() {
  const { error, binary, stderr } = await asc.compileString(SOURCE, {
    optimizeLevel: 3,
    runtime: 'stub',
    enable: ['simd'],
    initialMemory: 2592,
    noAssert: true,
  });
  if (error || !binary) throw new Error(`the probe did not compile: ${error?.message} ${stderr}`);
  return binary;
}
