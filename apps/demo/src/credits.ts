import type { CatalogModel } from '@runanywhere/models';
import { byId, make, setText } from './elements.ts';
import { formatMegabytes } from './format.ts';

/**
 * Lists the models with their licences. The catalog comes apart from the page, which can be used before it is here.
 *
 * @returns the catalog.
 */
export async function showCredits(): Promise<readonly CatalogModel[]> {
  const { catalog, defaultModelIds } = await import('@runanywhere/models');
  let sumBytes = 0;
  for (const { id, description, licence, licenceUrl, files } of catalog) {
    if (!defaultModelIds.includes(id)) continue;
    const modelBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    sumBytes += modelBytes;
    const link = make('a', '', licence);
    link.href = licenceUrl;
    link.rel = 'noreferrer';
    const item = make('li', '', `${description} (${formatMegabytes(modelBytes)}). Licence: `);
    item.append(link);
    byId('credits-list', HTMLUListElement).append(item);
  }
  setText(byId('credits-title', HTMLElement), `Models and licences (${formatMegabytes(sumBytes)})`);
  return catalog;
}
