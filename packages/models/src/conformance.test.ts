import { describeModelSource } from '@runanywhere/core/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import { serveStatic } from '../../../scripts/lib/static-server.mjs';
import { findModel, HttpModelSource } from './index.ts';
import { cacheFolder, ensureModel, FolderModelSource } from './node/index.ts';

const manifest = findModel('silero-v6');
let server: Awaited<ReturnType<typeof serveStatic>>;

beforeAll(async () => {
  await ensureModel(manifest.id);
  server = await serveStatic({ folders: { '/models/': cacheFolder() } });
});
afterAll(() => server.close());

describe('HttpModelSource', () => {
  describeModelSource(
    () => new HttpModelSource({ baseUrl: `${server.origin}/models/` }),
    () => manifest,
  );
});

describe('FolderModelSource', () => {
  describeModelSource(
    () => new FolderModelSource(),
    () => manifest,
  );
});
