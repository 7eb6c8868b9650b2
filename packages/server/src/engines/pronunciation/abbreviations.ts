/** Abbreviations and symbols that are read as words. */

/** Followed by a dot, which does not end a sentence. */
export const DOTTED: Readonly<Record<string, string>> = {
  Mr: 'Mister',
  Mrs: 'Missus',
  Ms: 'Miz',
  Dr: 'Doctor',
  Prof: 'Professor',
  Rev: 'Reverend',
  Hon: 'Honorable',
  Gen: 'General',
  Col: 'Colonel',
  Capt: 'Captain',
  Lt: 'Lieutenant',
  Sgt: 'Sergeant',
  Sen: 'Senator',
  Rep: 'Representative',
  Gov: 'Governor',
  Jr: 'Junior',
  Sr: 'Senior',
  Mt: 'Mount',
  Ave: 'Avenue',
  Blvd: 'Boulevard',
  Rd: 'Road',
  Inc: 'Incorporated',
  Ltd: 'Limited',
  Corp: 'Corporation',
  Co: 'Company',
  Dept: 'Department',
  Univ: 'University',
  vs: 'versus',
  etc: 'et cetera',
  approx: 'approximately',
  est: 'estimated',
  min: 'minutes',
  max: 'maximum',
  Fig: 'Figure',
  fig: 'figure',
  Vol: 'Volume',
  Ch: 'Chapter',
  pp: 'pages',
};

export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `Sept` → `September`. */
export const SHORT_MONTHS: Readonly<Record<string, string>> = Object.fromEntries([
  ...MONTHS.filter((month) => month.length > 4).map((month) => [month.slice(0, 3), month]),
  ['Sept', 'September'],
]);

export const SHORT_DAYS: Readonly<Record<string, string>> = {
  Mon: 'Monday',
  Tue: 'Tuesday',
  Tues: 'Tuesday',
  Wed: 'Wednesday',
  Thu: 'Thursday',
  Thur: 'Thursday',
  Thurs: 'Thursday',
  Fri: 'Friday',
  Sat: 'Saturday',
  Sun: 'Sunday',
};

/** Units after a number: one and several. */
export const UNITS: Readonly<Record<string, readonly [one: string, several: string]>> = {
  km: ['kilometer', 'kilometers'],
  m: ['meter', 'meters'],
  cm: ['centimeter', 'centimeters'],
  mm: ['millimeter', 'millimeters'],
  mi: ['mile', 'miles'],
  ft: ['foot', 'feet'],
  in: ['inch', 'inches'],
  kg: ['kilogram', 'kilograms'],
  g: ['gram', 'grams'],
  mg: ['milligram', 'milligrams'],
  lb: ['pound', 'pounds'],
  lbs: ['pound', 'pounds'],
  oz: ['ounce', 'ounces'],
  l: ['liter', 'liters'],
  L: ['liter', 'liters'],
  ml: ['milliliter', 'milliliters'],
  mL: ['milliliter', 'milliliters'],
  s: ['second', 'seconds'],
  ms: ['millisecond', 'milliseconds'],
  h: ['hour', 'hours'],
  hr: ['hour', 'hours'],
  hrs: ['hour', 'hours'],
  mph: ['mile per hour', 'miles per hour'],
  'km/h': ['kilometer per hour', 'kilometers per hour'],
  'm/s': ['meter per second', 'meters per second'],
  Hz: ['hertz', 'hertz'],
  kHz: ['kilohertz', 'kilohertz'],
  MHz: ['megahertz', 'megahertz'],
  GHz: ['gigahertz', 'gigahertz'],
  W: ['watt', 'watts'],
  kW: ['kilowatt', 'kilowatts'],
  MW: ['megawatt', 'megawatts'],
  kWh: ['kilowatt hour', 'kilowatt hours'],
  V: ['volt', 'volts'],
  KB: ['kilobyte', 'kilobytes'],
  MB: ['megabyte', 'megabytes'],
  GB: ['gigabyte', 'gigabytes'],
  TB: ['terabyte', 'terabytes'],
  '°C': ['degree Celsius', 'degrees Celsius'],
  '°F': ['degree Fahrenheit', 'degrees Fahrenheit'],
  '°': ['degree', 'degrees'],
  '%': ['percent', 'percent'],
};

/** Currencies: one and several of the unit, and of its hundredth. */
export const CURRENCIES: Readonly<
  Record<string, { one: string; several: string; part: readonly [one: string, several: string] | undefined }>
> = {
  $: { one: 'dollar', several: 'dollars', part: ['cent', 'cents'] },
  '£': { one: 'pound', several: 'pounds', part: ['penny', 'pence'] },
  '€': { one: 'euro', several: 'euros', part: ['cent', 'cents'] },
  '¥': { one: 'yen', several: 'yen', part: undefined },
  '₹': { one: 'rupee', several: 'rupees', part: ['paisa', 'paise'] },
};

export const MAGNITUDES: Readonly<Record<string, string>> = {
  k: 'thousand',
  K: 'thousand',
  M: 'million',
  m: 'million',
  bn: 'billion',
  B: 'billion',
  T: 'trillion',
};

/** Symbols between or before words. */
export const SYMBOLS: Readonly<Record<string, string>> = {
  '&': 'and',
  '+': 'plus',
  '=': 'equals',
  '@': 'at',
  '%': 'percent',
  '°': 'degrees',
  '×': 'times',
  '÷': 'divided by',
  '±': 'plus or minus',
  '≈': 'about',
  '≤': 'at most',
  '≥': 'at least',
  '<': 'less than',
  '>': 'greater than',
  '→': 'to',
  '©': 'copyright',
  '™': 'trademark',
  '§': 'section',
};
