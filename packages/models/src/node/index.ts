export { cacheFolder } from './cache-folder.ts';
export {
  type EnsureModelOptions,
  ensureModel,
  type ModelOnDisk,
  type PullProgress,
} from './ensure-model.ts';
export { FolderModelSource, type FolderModelSourceOptions } from './folder-model-source.ts';
export type { FetchPackage, FetchPackageOptions } from './package-clients.ts';
