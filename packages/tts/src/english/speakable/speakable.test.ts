import { beforeAll, expect, test } from 'vitest';
import { realEnglishData } from '../../testing/real-models.ts';
import { Speakable } from './speakable.ts';

let speakable: Speakable;
beforeAll(async () => {
  speakable = new Speakable((await realEnglishData()).speakable);
});

test.each([
  // Times and dates
  ['at 7:30pm', 'at seven thirty P.M.'],
  ['at 9:05 a.m. sharp', 'at nine oh five A.M. sharp'],
  ['at 12:00', "at twelve o'clock"],
  ['9:00-17:00', "nine o'clock to seventeen o'clock"],
  ['ran 1:02:03', 'ran one oh two and three seconds'],
  ['at 25:99', 'at 25:99'],
  ['2024-10-12', 'October twelfth, 2024'],
  ['10/12/19 and 31/12/2020', 'October twelfth, 2019 and December thirty-first, 2020'],
  ['Jan. 5th, 2024', 'January fifth, 2024'],
  ['the 4th of July', 'the 4th of July'],
  ['4 July 1776', 'the fourth of July 1776'],
  // Amounts
  ['5km and 1 mile', '5 kilometers and 1 mile'],
  ['1 kg, 2.5 kg', '1 kilogram, 2.5 kilograms'],
  ['20 °C, -4°F, 90°', '20 degrees Celsius, minus 4 degrees Fahrenheit, 90 degrees'],
  ['$3.2 billion', '3.2 billion dollars'],
  ['¥500 and 75¢', '500 yen and 75 cents'],
  ['US$3 million', '3 million U.S. dollars'],
  ['-$5 or $-5', 'minus $5 or minus $5'],
  ['100 m in 10 h', '100 meters in 10 hours'],
  // Names
  ['Dr. Smith of St. Louis on Main St.', 'Dr Smith of Saint Louis on Main Street.'],
  ['approx. 5, etc.', 'approximately 5, etc.'],
  ['Henry VIII, Chapter IV', 'Henry the eighth, Chapter 4'],
  ['the part I like, Type C', 'the part I like, Type C'],
  ['the answer is no.', 'the answer is no.'],
  ['no. 5', 'number 5'],
  ['under the Sun.', 'under the Sun.'],
  ['on Sun. 5', 'on Sunday 5'],
  ['No. 5 and #7', 'Number 5 and number 7'],
  // Relations
  ['3/4 of 1/2', '3 quarters of one half'],
  ['pages 2-3', 'pages 2 to 3'],
  ['it is -5', 'it is minus 5'],
  ['5 - 3 = 2', '5 minus 3 equals 2'],
  ['24/7', '24 7'],
  ['10%-20%', '10% to 20%'],
  // Addresses
  [
    'Go to https://www.example.com/a-b/?q=1.',
    'Go to W W W dot example dot com slash a dash b slash question mark q equals 1.',
  ],
  ['a_b@c.org', 'a underscore b at c dot org'],
  ['see example.com, then app.js', 'see example dot com, then app dot js'],
  ['10.0.0.1', '1 0 dot 0 dot 0 dot 1'],
  ['a.m. and U.S.A. and e.g.', 'a.m. and U.S.A. and e.g.'],
  // Telephone numbers
  ['555-1234', 'five five five, one two three four'],
  ['(212) 555-0187', 'two one two, five five five, zero one eight seven'],
  ['+44 20 7946 0958', 'plus four four, two zero, seven nine four six, zero nine five eight'],
  // Signs
  ['a = b', 'a equals b'],
  ['a != b <= c', 'a is not equal to b is at most c'],
  ['a -> b => c', 'a to b to c'],
  ['=====', ''],
  ['a === b', 'a equals b'],
  ['~10', 'about 10'],
  ['5 × 3 ± 1', '5 times 3 plus or minus 1'],
  ['2½', '2 and one half'],
  ['H2O', 'H 2 O'],
  ['it’s  fine', "it's fine"],
])('%s', (written, said) => {
  expect(speakable.say(written)).toBe(said);
});
