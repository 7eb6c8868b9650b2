import { describe, expect, it } from 'vitest';
import { soundOut } from './letter-to-sound.ts';
import { readLexicon } from './lexicon.ts';
import { pronounce } from './pronounce.ts';
import { splitSentences } from './split-sentences.ts';

const LETTERS = 'A\tˈA\nB\tbˈi\nC\tsˈi\nF\tˈɛf\nI\tˈI\nP\tpˈi\nS\tˈɛs\nU\tjˈu\n';
const lexicon = readLexicon(
  `${LETTERS}apple\tˈæpᵊl\nand\tænd\nbase\tbˈAs\nbook\tbˈʊk\nbox\tbˈɑks\ncode\tkˈOd\ndog\tdˈɔɡ\nplay\tplˈA\nrain\tɹˈAn\nstop\tstˈɑp\ntry\ttɹˈI\nwait\twˈAt\nwant\twˈɑnt\nuse\tjˈuz\tNOUN=jˈus\nrecord\tɹˈɛkəɹd\tVERB=ɹəkˈɔɹd\nhave\thæv\tNone=hˈæv\nused\tjˈuzd\tVBD=jˈust\nread\tɹˈid\tVBD=ɹˈɛd,VBN=ɹˈɛd\nof\tʌv\nNASA\tnˈæsə\ncafe\tkæfˈA\nmake\tmˈAk\nus\tʌs\n`,
);
const american = { lexicon, variant: 'en-US' } as const;
const british = { lexicon, variant: 'en-GB' } as const;

describe('pronouncing sentences', () => {
  const SENTENCES: [string, string][] = [
    ['dog', 'dˈɔɡ'],
    ['Dog and DOG', 'dˈɔɡ ænd dˈɔɡ'],
    // Endings
    ['dogs, books, boxes', 'dˈɔɡz, bˈʊks, bˈɑksᵻz'],
    ["the dog's book", 'ðə dˈɔɡz bˈʊk'],
    ["the dogs' book", 'ðə dˈɔɡz bˈʊk'],
    ['tries tried trying', 'tɹˈIz tɹˈId tɹˈIɪŋ'],
    ['played stopped wanted', 'plˈAd stˈɑpt wˈɑntᵻd'],
    ['stopping making waiting', 'stˈɑpɪŋ mˈAkɪŋ wˈATɪŋ'],
    // Forms that depend on the next sound
    ['the apple, the dog', 'ði ˈæpᵊl, ðə dˈɔɡ'],
    ['a dog and an apple', 'ɐ dˈɔɡ ænd ɐn ˈæpᵊl'],
    ['to play to apple', 'tə plˈA tʊ ˈæpᵊl'],
    ['I have.', 'ˌI hˈæv.'],
    ['I have dogs', 'ˌI hæv dˈɔɡz'],
    // Forms that depend on the words around
    ['to record a record', 'tə ɹəkˈɔɹd ɐ ɹˈɛkəɹd'],
    ['use of the use', 'jˈuz ʌv ðə jˈus'],
    ['I used to play, I used dogs', 'ˌI jˈust tə plˈA, ˌI jˈuzd dˈɔɡz'],
    ['I have read', 'ˌI hæv ɹˈɛd'],
    // Letters
    ['the FBI and NASA', 'ði ˌɛfbˌiˈI ænd nˈæsə'],
    ['us and US', 'ʌs ænd jˌuˈɛs'],
    // Parts
    ['CodeBase', 'kˈOd bˈAs'],
    ['code-base', 'kˈOd bˈAs'],
    ['café', 'kæfˈA'],
    // Punctuation
    ['Dog! (Book; code: apple…) — stop?', 'dˈɔɡ! (bˈʊk; kˈOd: ˈæpᵊl…) — stˈɑp?'],
  ];
  it.each(SENTENCES)('pronounces %j as %j', (text, phonemes) => {
    expect(pronounce(text, american)).toBe(phonemes);
  });

  it('joins two known words', () => {
    expect(pronounce('codebase', american)).toBe('kˈOdbˌAs');
  });

  it('adds British endings', () => {
    expect(pronounce('boxes wanted waiting', british)).toBe('bˈɑksɪz wˈɑntɪd wˈAtɪŋ');
  });

  it('pronounces a sentence in capitals as words', () => {
    expect(pronounce('STOP THE DOG', american)).toBe('stˈɑp ðə dˈɔɡ');
  });

  it('returns nothing for a text without letters of the alphabet', () => {
    expect(pronounce('東京', american)).toBe('');
    expect(pronounce('', american)).toBe('');
  });
});

describe('sounding out words', () => {
  it.each([
    ['flark', 'flˈɑɹk'],
    ['zimble', 'zˈɪmbᵊl'],
    ['mation', 'mˈAʃən'],
    ['shrake', 'ʃɹˈAk'],
    ['phent', 'fˈɛnt'],
    ['knight', 'nˈIt'],
    ['quoy', 'kwˈY'],
    ['cinter', 'sˈɪntəɹ'],
  ])('pronounces %s as %s', (word, phonemes) => {
    expect(soundOut(word, 'en-US')).toBe(phonemes);
  });

  it('gives every word with a vowel a stressed vowel, and never fails', () => {
    for (const word of ['brzezinski', 'zbigniew', 'kubernetes', 'xylq', 'aeiou', 'straße', 'ñandú', 'q', "'", '東']) {
      const phonemes = soundOut(word, 'en-GB');
      if (/[aeiouy]/.test(word)) expect(phonemes, word).toMatch(/ˈ[AIOQWYaiuæɑɔəɛɜɪʊʌ]/);
    }
  });
});

describe('splitting sentences', () => {
  it('splits at the ends of sentences and lines, and keeps the punctuation', () => {
    expect(splitSentences('One. "Two!" Three?\nFour', 100)).toEqual(['One.', '"Two!"', 'Three?', 'Four']);
  });

  it('splits a long sentence at pauses, then at spaces, then anywhere', () => {
    expect(splitSentences('one two, three four; five six', 14)).toEqual(['one two,', 'three four;', 'five six']);
    expect(splitSentences('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(splitSentences('a'.repeat(25), 10).map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it('returns no parts for a text without words', () => {
    expect(splitSentences(' \n ', 100)).toEqual([]);
  });
});
