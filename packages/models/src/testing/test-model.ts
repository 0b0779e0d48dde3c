import type { CatalogModel, FileSource } from '../catalog-types.ts';
import { describeFile } from './faulty-server.ts';

/** A catalog entry for bytes made by a test. */
export function testModel(
  files: Readonly<Record<string, { readonly bytes: Uint8Array; readonly sources: readonly FileSource[] }>>,
): CatalogModel {
  return {
    id: 'test-model',
    role: 'language',
    description: 'made by a test',
    licence: 'MIT',
    licenceUrl: 'https://example.org/licence',
    languages: 'any',
    memoryBytes: 1,
    files: Object.entries(files).map(([name, { bytes, sources }]) => ({
      ...describeFile(name, bytes),
      sources,
    })),
  };
}

/** A file of a package that only a test's client knows. */
export function packageFile(name: string, path: string, kind: 'npm' | 'pypi' = 'pypi'): FileSource {
  return { kind, package: name, version: '1.0.0', path, packageBytes: 1000 };
}
