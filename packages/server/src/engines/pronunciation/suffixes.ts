/** The sounds of the endings -s, -ed and -ing. Pure. */
import type { EnglishVariant } from './normalize-text.ts';

const VOICELESS = /[ptkfθ]$/;
const SIBILANT = /[szʃʒʧʤ]$/;
/** After these sounds, an American t before a vowel is a tap. */
const TAPPED = /[AIOWYiuæɑəɛɪɹʊʌ]t$/;
const TAP = 'T';

export function addS(sounds: string, variant: EnglishVariant): string {
  if (SIBILANT.test(sounds)) return `${sounds}${variant === 'en-GB' ? 'ɪ' : 'ᵻ'}z`;
  return sounds + (VOICELESS.test(sounds) ? 's' : 'z');
}

export function addEd(sounds: string, variant: EnglishVariant): string {
  const vowel = variant === 'en-GB' ? 'ɪ' : 'ᵻ';
  if (sounds.endsWith('d')) return `${sounds}${vowel}d`;
  if (sounds.endsWith('t')) return `${withTap(sounds, variant)}${vowel}d`;
  return sounds + (/[pkfθʃsʧ]$/.test(sounds) ? 't' : 'd');
}

export function addIng(sounds: string, variant: EnglishVariant): string {
  return `${withTap(sounds, variant)}ɪŋ`;
}

function withTap(sounds: string, variant: EnglishVariant): string {
  return variant === 'en-US' && TAPPED.test(sounds) ? sounds.slice(0, -1) + TAP : sounds;
}
