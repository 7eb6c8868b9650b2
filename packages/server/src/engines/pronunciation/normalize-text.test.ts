import { describe, expect, it } from 'vitest';
import { normalizeText } from './normalize-text.ts';

const US: [string, string][] = [
  // Numbers
  ['I have 0 or 21 cats.', 'I have zero or twenty-one cats.'],
  ['It has 1,234,567 rows.', 'It has one million two hundred thirty-four thousand five hundred sixty-seven rows.'],
  ['Pi is 3.14159.', 'Pi is three point one four one five nine.'],
  ['It is -5 or .5.', 'It is minus five or zero point five.'],
  ['Agent 007 and page 101', 'Agent zero zero seven and page one hundred one'],
  ['the 1st, 2nd, 3rd, 12th, 20th and 101st', 'the first, second, third, twelfth, twentieth and one hundred first'],
  ['pages 3-5 and 10–12', 'pages three to five and ten to twelve'],
  ['1/2 a cup, 3/4 full, 2 1/3 miles', 'one half a cup, three quarters full, two and one third miles'],
  ['Version 1.2.3 of GPT-4', 'Version one point two point three of GPT four'],
  ['a 4x4 grid', 'a four by four grid'],
  ['1, 2, 3', 'one, two, three'],
  // Years and decades
  [
    'In 1984, 1900, 1905, 2000, 2005 and 2026.',
    'In nineteen eighty-four, nineteen hundred, nineteen oh five, two thousand, two thousand five and twenty twenty-six.',
  ],
  ['the 1990s and the 80s', 'the nineteen nineties and the eighties'],
  // Dates
  ['2026-12-01', 'December first, twenty twenty-six'],
  ['12/25/2025', 'December twenty-fifth, twenty twenty-five'],
  ['25/12/2025', 'December twenty-fifth, twenty twenty-five'],
  ['24.12.2025', 'December twenty-fourth, twenty twenty-five'],
  ['May 5, 2026', 'May fifth, twenty twenty-six'],
  ['on 5 May 2026', 'on the fifth of May, twenty twenty-six'],
  ['Oct. 31st', 'October thirty-first'],
  ['since June 2024', 'since June twenty twenty-four'],
  // Times
  ['at 14:30', 'at fourteen thirty'],
  ['at 9:05 p.m. today', 'at nine oh five P M today'],
  ['at 7:00', "at seven o'clock"],
  ['9am to 5 PM', 'nine A M to five P M'],
  ['00:01:30', 'zero oh one and thirty seconds'],
  // Amounts
  ['$3.50', 'three dollars and fifty cents'],
  ['$1', 'one dollar'],
  ['$0.01', 'one cent'],
  ['£2.50 or €10', 'two pounds and fifty pence or ten euros'],
  ['¥500', 'five hundred yen'],
  ['$5 million', 'five million dollars'],
  ['€1.2bn', 'one point two billion euros'],
  ['$1,000, please', 'one thousand dollars, please'],
  // Units
  ['5 km', 'five kilometers'],
  ['1 km', 'one kilometer'],
  ['20°C', 'twenty degrees Celsius'],
  ['100 km/h', 'one hundred kilometers per hour'],
  ['2.5%', 'two point five percent'],
  ['16GB of RAM', 'sixteen gigabytes of RAM'],
  // Telephone numbers
  ['Call 555-0123.', 'Call five five five, zero one two three.'],
  ['(212) 555-0123', 'two one two, five five five, zero one two three'],
  // Addresses
  ['See https://example.com/a-b?x=1.', 'See example dot com slash a dash b question mark x equals one.'],
  ['www.selfsame.dev', 'W W W dot selfsame dot dev'],
  ['Mail jane.doe@mail.example.org!', 'Mail jane dot doe at mail dot example dot org!'],
  // Abbreviations
  ['Dr. No met Mr. and Mrs. Smith.', 'Doctor No met Mister and Missus Smith.'],
  ['Prof. Lee vs. Gov. Hill', 'Professor Lee versus Governor Hill'],
  ['fruit, e.g. apples', 'fruit, for example, apples'],
  ['apples, pears, etc. He left.', 'apples, pears, et cetera. He left.'],
  ["St. John's church on Main St. in May", "Saint John's church on Main Street in May"],
  ['He lives on Main St. She does not.', 'He lives on Main Street. She does not.'],
  ['No. 5 is alive. No. He is not.', 'number five is alive. No. He is not.'],
  ['The U.S. team in the U.S.', 'The US team in the US.'],
  ['Sit in the sun. It is warm.', 'Sit in the sun. It is warm.'],
  ['Acme Inc. and Foo Ltd.', 'Acme Incorporated and Foo Limited.'],
  ['World War II and Henry VIII', 'World War two and Henry the eighth'],
  // Symbols and markup
  ['R&D = 50% + 1', 'R and D equals fifty percent plus one'],
  ['and/or', 'and or or'],
  ['**bold** and `code` and _more_', 'bold and code and more'],
  ['[link](https://example.com)', 'link'],
  ['Hello 😀👍🏽 world', 'Hello world'],
  ['“Quotes” and ‘quotes’', '"Quotes" and \'quotes\''],
  ['one—two', 'one — two'],
];

describe('normalizing English text', () => {
  it.each(US)('reads %j as %j', (text, words) => {
    expect(normalizeText(text, 'en-US')).toBe(words);
  });

  it('reads dates in numbers by the custom of the variant', () => {
    expect(normalizeText('01/12/2026', 'en-US')).toBe('January twelfth, twenty twenty-six');
    expect(normalizeText('01/12/2026', 'en-GB')).toBe('December first, twenty twenty-six');
  });

  it('leaves no digit and no symbol of a long odd text, in linear time', () => {
    const odd = '1.2.3-4/5:6 $7.8.9 #10 @11 12% 13th14 15°16 +17 a1b2 {18} 19:99 20/21/22 '.repeat(60);
    const started = performance.now();
    const words = normalizeText(odd, 'en-US');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(words).not.toMatch(/[\d$#@%{}+°]/);
  });

  it.each(['', ' ', '...', '-', '$', '1/', '°', '@', '12:', '(((', 'a'.repeat(4096), '1'.repeat(4096)])(
    'does not fail for %j',
    (text) => {
      expect(typeof normalizeText(text, 'en-US')).toBe('string');
    },
  );
});
