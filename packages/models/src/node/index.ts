export { cacheFolder } from './cache-folder.ts';
export { type CopiedFile, copyModels } from './copy-models.ts';
export { type EnsureModelOptions, ensureModel, type ModelOnDisk } from './ensure-model.ts';
export { FolderModelSource, type FolderModelSourceOptions } from './folder-model-source.ts';
export type { FetchPackage, FetchPackageOptions } from './package-clients.ts';
export type { PullOptions, PullProgress } from './pull.ts';
export { type FileVerdict, type VerifyModelOptions, verifyModel } from './verify-model.ts';
