/** Words that GLOSSARY.md replaces, as patterns that a program can find. */

export interface BannedWord {
  pattern: RegExp;
  /** What to write instead. */
  use: string;
}

/** Not allowed in identifiers, comments, test names, or documentation. */
export const BANNED_WORDS: readonly BannedWord[] = [
  // A quoted `nobody` is the Unix user.
  { pattern: /(?<!`)\b(?:no|some|any|every)body\b(?!`)/i, use: 'the thing in the code as the subject' },
  { pattern: /\bwho(?:m|so)?ever\b|\bwhatever\b/i, use: 'the thing in the code as the subject' },
  { pattern: /\b(?:MOST|LEAST|LONGEST|SHORTEST|LARGEST|SMALLEST)_[A-Z]/, use: 'MAX_ or MIN_' },
  { pattern: /[sS]urroundings/, use: '…Deps' },
  // Prompts of tests ask a model to tell something; to tell apart is to distinguish.
  {
    pattern: /\btold\b(?! the other)|\btells?\b(?! (?:me|a|about)\b)(?!\|)(?!.* apart)/i,
    use: 'emit, publish, event, delta, report',
  },
  { pattern: /(?<![a-z])(?<!no )(?<!makes? )[rR]ooms?(?![a-z])(?! for)/, use: 'repository, or folder' },
  { pattern: /\bguests?\b|\bGuest[A-Z]?/, use: 'client, connection' },
  { pattern: /\bkitchen|\bingredient/i, use: 'conversion step, input' },
  { pattern: /\broam(?:s|ing)?\b|\bRoaming/i, use: 'failover' },
  // Some event types of the audit log start with it, as in `tenant.user.added`.
  { pattern: /\btenants?\b(?!\.[a-z])/i, use: 'memory holder' },
  { pattern: /\bbur(?:y|ies|ied)\b/i, use: 'dead-letter' },
  { pattern: /\bdear(?:er)?\b/, use: 'expensive' },
  { pattern: /\blast words\b/i, use: 'shutdown grace period' },
  { pattern: /\bleavers?\b/i, use: 'disconnect' },
  { pattern: /(?<!de)(?<!De)(?<!DE)[fF]ault(?!Tolerance)(?!lessly)/, use: 'failure, error' },
  { pattern: /\binside\b(?=\s*[:,.)=]| =>)/, use: 'tx' },
  { pattern: /\bfirst[- ]?assistants\b/i, use: 'Assistants API v1' },
  { pattern: /(?:\/\*\*|^\s*\*|^\s*\/\/) Answers\b/, use: 'Returns' },
];
