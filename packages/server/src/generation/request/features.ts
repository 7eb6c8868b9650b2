/** Refuses parameters that the model does not support, by name. */
import type { LanguageModel, LanguageModelFeature } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';

/** Throws `unsupported_parameter` unless the model has the feature that `param` needs. */
export function requireFeature(model: LanguageModel, feature: LanguageModelFeature, param: string): void {
  if (model.capabilities.features.includes(feature)) return;
  throw errors.unsupportedParameter(param, `The model '${model.modelId}' cannot honour it.`);
}
