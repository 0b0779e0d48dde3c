export { catalog, defaultModelIds } from './catalog.ts';
export type {
  CatalogFile,
  CatalogModel,
  FileFacts,
  FileSource,
  HttpsSource,
  PackageSource,
} from './catalog-types.ts';
export { findFile, findModel } from './find-model.ts';
export { HttpModelSource, type HttpModelSourceOptions } from './http-model-source.ts';
