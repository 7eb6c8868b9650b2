/**
 * Removes greetings, question words and polite phrases from a question, because no text is found by them. Pure. Only
 * for English.
 */

const OPENING =
  /^(?:(?:hi|hello|hey|please|so|and|ok(?:ay)?|thanks?|(?:can|could|would|will) (?:you|someone|any(?:one|body)) (?:please )?(?:tell|show|explain|help|give|find)(?: me| us)?(?: with| to understand)?|(?:i|we) (?:would like|want|need) to (?:know|find out|understand|learn|see)|i(?: a|')m (?:looking|searching) for|(?:tell|show|give|find)(?: me| us)?|do you know|(?:what|who|where|when|which|why|how)(?:'s|'re)?(?: (?:is|are|was|were|do|does|did|can|could|should|would|to|i|we|you))*|is there|are there|about|a|an|the|any|some)\b[\s,:;.!]*)+/iu;

/** Returns the query unchanged if nothing else would remain. */
export function rewriteQuery(query: string): string {
  const trimmed = query.trim().replaceAll(/\s+/gu, ' ');
  const rest = trimmed
    .replace(OPENING, '')
    .replace(/[\s?!.]+$/u, '')
    .replace(/[\s,]+(?:please|thanks|thank you)$/iu, '');
  return rest === '' ? trimmed || query : rest;
}
