/** Tries sources in order. Invariant: if all fail, the error names the reason of each. */
import { partBytes } from './part-file.ts';
import { type FailedPull, type FailedSource, noSourceDelivered } from './pull-error.ts';
import type { PullableFile, PullRun } from './pull-run.ts';
import { openSource } from './sources/index.ts';
import { type ModelSource, SourceError, UnreachableError } from './sources/source.ts';

/** `whole`: the model that the message names. Throws `PullError`, or the signal's reason. */
export async function fromSources<T>(
  run: PullRun<PullableFile>,
  whole: Pick<FailedPull, 'model' | 'path'>,
  { signal, attempt }: { signal: AbortSignal; attempt(source: ModelSource): Promise<T> },
): Promise<T> {
  const failedSources: FailedSource[] = [];
  for (const reference of run.model.sources) {
    let label = reference;
    try {
      const source = openSource(reference, run.options);
      label = source.label;
      return await attempt(source);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SourceError)) throw error;
      failedSources.push({ source: label, reason: error.message });
      if (!(error instanceof UnreachableError)) run.options.log?.warn(`${label}: ${error.message}`);
      else if (!error.isKnown) run.options.log?.warn(`${error.message}.`);
    }
  }
  const { model, path } = whole;
  throw noSourceDelivered({ model, path, failedSources, keptBytes: await partBytes(run.part) });
}
