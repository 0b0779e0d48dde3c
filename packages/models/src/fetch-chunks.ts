import { MODEL_CHUNK_BYTES, type ModelFile, type RunAnywhereError } from '@runanywhere/core';
import type { FileFacts } from './catalog-types.ts';
import { FileErrors } from './file-errors.ts';
import { isWebPage, looksLikeWebPage, readAnswer } from './model-response.ts';
import { sha256Hex } from './sha256.ts';
import { pause, withDeadline } from './waiting.ts';

/** Options of {@link fetchChunks}. */
export interface FetchChunksOptions {
  readonly url: string;
  readonly modelId: string;
  readonly file: ModelFile & FileFacts;
  readonly fetch: typeof globalThis.fetch;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many chunks are there already. @defaultValue 0 */
  readonly firstChunk?: number;
  /** How long to wait before each further try when no new chunk came. @defaultValue 0.3 s, 1 s, 3 s */
  readonly retryDelaysMs?: readonly number[];
  /** Without a byte for this long the connection counts as broken. @defaultValue 30 000 */
  readonly stallTimeoutMs?: number;
}

/** A piece of a file whose digest was compared. */
export interface VerifiedChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How much of the file, 0 to 1, has been verified with this piece. */
  readonly fraction: number;
  /** True when the server decompressed the file on its way: the bytes are those inside the `.gz`. */
  readonly decoded: boolean;
}

/**
 * A file over http in pieces of 4 MiB, each compared with its digest before it is given out. A cut or stalled transfer
 * goes on by Range from where it stopped; servers without Range are read again from the start. Two versions of a file can
 * never be mixed, because every piece must match.
 *
 * @throws {RunAnywhereError} `model-missing`, `model-corrupt`, `model-unavailable`, `insecure-context`.
 */
export async function* fetchChunks(options: FetchChunksOptions): AsyncGenerator<VerifiedChunk, void, void> {
  const { signal, retryDelaysMs = RETRY_DELAYS_MS } = options;
  const transfer = new Transfer(options);
  let failures = 0;
  while (!transfer.complete) {
    try {
      for await (const chunk of transfer.attempt()) {
        failures = 0;
        yield chunk;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Interruption)) throw error;
      const delayMs = retryDelaysMs[failures++];
      if (delayMs === undefined) throw error.verdict;
      await pause(delayMs, signal);
    }
  }
}

const RETRY_DELAYS_MS: readonly number[] = [300, 1000, 3000];
const STALL_TIMEOUT_MS = 30_000;
const WEB_PAGE = ', where the server answers with a web page';

/** A failure that another try may get over. */
class Interruption extends Error {
  /** What the caller is told when there is no further try. */
  readonly verdict: RunAnywhereError;

  constructor(verdict: RunAnywhereError) {
    super(verdict.message);
    this.verdict = verdict;
  }
}

class Transfer {
  readonly #options: FetchChunksOptions;
  /** The digests in force: those of the file, or of what is inside it. */
  #expected: Pick<FileFacts, 'sizeBytes' | 'chunkSha256'>;
  #index: number;
  /** The chunk at `#index` as far as it has come; kept when the transfer is cut. */
  #chunk: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #etag: string | undefined;
  readonly #errors: FileErrors;
  #useRange = true;
  #reload = false;
  readonly #refused = new Set<number>();

  constructor(options: FetchChunksOptions) {
    this.#options = options;
    this.#expected = options.file;
    this.#errors = new FileErrors(options.modelId, options.file.name, options.url);
    this.#index = options.firstChunk ?? 0;
    this.#chunk = this.#emptyChunk();
  }

  get complete(): boolean {
    return this.#index >= this.#expected.chunkSha256.length;
  }

  /** One request: gives out chunks until the body ends. Throws an {@link Interruption} where another request may help. */
  async *attempt(): AsyncGenerator<VerifiedChunk, void, void> {
    const { signal } = this.#options;
    const request = new AbortController();
    const forward = (): void => request.abort(signal?.reason);
    signal?.addEventListener('abort', forward);
    try {
      signal?.throwIfAborted();
      yield* this.#chunksOf(await this.#request(request.signal));
    } finally {
      signal?.removeEventListener('abort', forward);
      request.abort(); // Whatever of it is still under way is not wanted any more.
    }
  }

  async *#chunksOf(response: Response): AsyncGenerator<VerifiedChunk, void, void> {
    let skip = this.#judge(response);
    const length = readAnswer(response, this.#position).sizeBytes;
    if (length !== undefined && length !== this.#options.file.sizeBytes)
      throw await this.#wrongLength(response, length);
    for await (const piece of this.#pieces(response)) {
      let rest = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - rest.length;
      while (rest.length > 0 && !this.complete) {
        if (this.#position === 0) this.#noticeDecoding(rest);
        const part = rest.subarray(0, this.#chunk.length - this.#filled);
        this.#chunk.set(part, this.#filled);
        this.#filled += part.length;
        rest = rest.subarray(part.length);
        if (this.#filled === this.#chunk.length) yield await this.#verified();
      }
      if (this.complete) return; // Bytes behind the end are not the file's: nobody gets them.
    }
    const received = this.#chunk.slice(0, this.#filled);
    this.#refuseWebPage(received);
    throw new Interruption(await this.#corrupt(received));
  }

  get #position(): number {
    return this.#index * MODEL_CHUNK_BYTES + this.#filled;
  }

  #emptyChunk(): Uint8Array<ArrayBuffer> {
    const left = this.#expected.sizeBytes - this.#index * MODEL_CHUNK_BYTES;
    return new Uint8Array(Math.max(0, Math.min(MODEL_CHUNK_BYTES, left)));
  }

  async #request(signal: AbortSignal): Promise<Response> {
    const { fetch, url, headers, stallTimeoutMs = STALL_TIMEOUT_MS } = this.#options;
    const range = this.#useRange && this.#position > 0 && { Range: `bytes=${this.#position}-` };
    try {
      const answer = fetch(url, {
        headers: { ...headers, ...range },
        signal,
        ...(this.#reload && { cache: 'reload' as const }), // What the browser keeps may be the broken bytes.
      });
      return await withDeadline(answer, stallTimeoutMs);
    } catch (cause) {
      throw new Interruption(this.#errors.unavailable('the server could not be reached', cause));
    }
  }

  /** Throws unless the answer can be used; gives how many of its first bytes are known already. */
  #judge(response: Response): number {
    const { status } = response;
    if (status === 404 || status === 410) throw this.#errors.missing('');
    if (status === 416) {
      this.#startChunkAgain();
      throw new Interruption(this.#errors.unavailable('the server refused to go on where it stopped'));
    }
    if (!response.ok) {
      const verdict = this.#errors.unavailable(`the server answered with status ${status}`);
      throw status >= 500 || status === 408 || status === 429 ? new Interruption(verdict) : verdict;
    }
    if (isWebPage(response, this.#options.file)) throw this.#errors.missing(WEB_PAGE);
    const { startsAt, encoded, etag } = readAnswer(response, this.#position);
    const changed = this.#etag !== undefined && etag !== undefined && etag !== this.#etag;
    this.#etag = etag;
    if (startsAt === undefined || (changed && this.#filled > 0)) {
      this.#startChunkAgain();
      throw new Interruption(this.#errors.unavailable('the file changed on the server while it was fetched'));
    }
    if (encoded) this.#useRange = false;
    return this.#position - startsAt;
  }

  async *#pieces(response: Response): AsyncGenerator<Uint8Array, void, void> {
    const { signal, stallTimeoutMs = STALL_TIMEOUT_MS } = this.#options;
    const reader = response.body?.getReader();
    if (!reader) return;
    try {
      while (true) {
        const { done, value } = await withDeadline(reader.read(), stallTimeoutMs);
        if (done) return;
        yield value;
      }
    } catch (cause) {
      signal?.throwIfAborted();
      throw new Interruption(this.#errors.unavailable('the connection broke off', cause));
    } finally {
      // Rejects when the connection is gone already, and that is what is wanted.
      reader.cancel().catch(() => undefined);
    }
  }

  #noticeDecoding(first: Uint8Array): void {
    const { file } = this.#options;
    if (!file.decoded) return;
    const isGzip = first[0] === 0x1f;
    this.#expected = isGzip ? file : file.decoded;
    if (!isGzip) this.#useRange = false;
    this.#chunk = this.#emptyChunk();
  }

  async #verified(): Promise<VerifiedChunk> {
    const bytes = this.#chunk;
    const actual = await sha256Hex(bytes);
    if (actual !== this.#expected.chunkSha256[this.#index]) throw await this.#refuse(bytes);
    this.#index++;
    this.#filled = 0;
    this.#chunk = this.#emptyChunk();
    return {
      bytes,
      fraction: this.complete ? 1 : (this.#index * MODEL_CHUNK_BYTES) / this.#expected.sizeBytes,
      decoded: this.#expected !== this.#options.file,
    };
  }

  /** The first time a chunk is wrong it is fetched again past all caches; the second time that is final. */
  async #refuse(bytes: Uint8Array<ArrayBuffer>): Promise<Error> {
    this.#refuseWebPage(bytes);
    const verdict = await this.#corrupt(bytes);
    if (this.#refused.has(this.#index)) return verdict;
    this.#refused.add(this.#index);
    this.#startChunkAgain();
    return new Interruption(verdict);
  }

  #refuseWebPage(bytes: Uint8Array): void {
    if (this.#index === 0 && looksLikeWebPage(bytes)) throw this.#errors.missing(WEB_PAGE);
  }

  #startChunkAgain(): void {
    this.#filled = 0;
    this.#useRange = false;
    this.#reload = true;
  }

  /** A size that the catalog does not know: no need to fetch the rest to refuse it. */
  async #wrongLength(response: Response, length: number): Promise<RunAnywhereError> {
    const { file } = this.#options;
    const head = new Uint8Array(response.status === 200 ? Math.min(length, MODEL_CHUNK_BYTES) : 0);
    let filled = 0;
    if (head.length > 0)
      for await (const piece of this.#pieces(response)) {
        head.set(piece.subarray(0, head.length - filled), filled);
        filled = Math.min(head.length, filled + piece.length);
        if (filled === head.length) break;
      }
    this.#refuseWebPage(head);
    const actual = filled > 0 && (await sha256Hex(head));
    const [first = ''] = file.chunkSha256;
    if (actual && actual !== first)
      return this.#errors.corrupt(actual, first, length > head.length && `0–${head.length - 1}`);
    return this.#errors.corrupt(`unknown (${length} bytes instead of ${file.sizeBytes})`, file.sha256, false);
  }

  async #corrupt(bytes: Uint8Array<ArrayBuffer>): Promise<RunAnywhereError> {
    const from = this.#index * MODEL_CHUNK_BYTES;
    return this.#errors.corrupt(
      await sha256Hex(bytes),
      this.#expected.chunkSha256[this.#index] ?? '',
      this.#expected.chunkSha256.length > 1 && `${from}–${from + bytes.length - 1}`,
    );
  }
}
