import { MODEL_CHUNK_BYTES, type ModelFile, type ModelManifest, RunAnywhereError } from '@runanywhere/core';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const MAX_FILE_BYTES = 8 * 1024 ** 3;

/**
 * Refuses a manifest that could lead out of its folder or cannot be verified: names with path parts, sizes beyond 8 GiB,
 * digests that are none or not one per 4 MiB.
 *
 * @throws {RunAnywhereError} `invalid-options`.
 */
export function checkManifest(manifest: ModelManifest): void {
  if (!NAME.test(manifest.id)) refuse(`"${manifest.id}" is no model id`);
  for (const file of manifest.files) {
    if (!NAME.test(file.name)) refuse(`"${file.name}" of "${manifest.id}" is no file name`);
    if (!hasUsableDigests(file))
      refuse(`size and digests of "${file.name}" of "${manifest.id}" do not fit together`);
  }
}

function hasUsableDigests({ sizeBytes, sha256, chunkSha256 }: ModelFile): boolean {
  return (
    Number.isInteger(sizeBytes) &&
    sizeBytes > 0 &&
    sizeBytes <= MAX_FILE_BYTES &&
    DIGEST.test(sha256) &&
    chunkSha256.length === Math.ceil(sizeBytes / MODEL_CHUNK_BYTES) &&
    chunkSha256.every((digest) => DIGEST.test(digest))
  );
}

function refuse(reason: string): never {
  throw new RunAnywhereError('invalid-options', { option: 'manifests', reason });
}
