/** Languages that speech models know: code (ISO 639-1 where there is one) and English name, in Whisper's order. */

const LANGUAGES = `
  en:english zh:chinese de:german es:spanish ru:russian ko:korean fr:french ja:japanese pt:portuguese tr:turkish
  pl:polish ca:catalan nl:dutch ar:arabic sv:swedish it:italian id:indonesian hi:hindi fi:finnish vi:vietnamese
  he:hebrew uk:ukrainian el:greek ms:malay cs:czech ro:romanian da:danish hu:hungarian ta:tamil no:norwegian th:thai
  ur:urdu hr:croatian bg:bulgarian lt:lithuanian la:latin mi:maori ml:malayalam cy:welsh sk:slovak te:telugu fa:persian
  lv:latvian bn:bengali sr:serbian az:azerbaijani sl:slovenian kn:kannada et:estonian mk:macedonian br:breton eu:basque
  is:icelandic hy:armenian ne:nepali mn:mongolian bs:bosnian kk:kazakh sq:albanian sw:swahili gl:galician mr:marathi
  pa:punjabi si:sinhala km:khmer sn:shona yo:yoruba so:somali af:afrikaans oc:occitan ka:georgian be:belarusian tg:tajik
  sd:sindhi gu:gujarati am:amharic yi:yiddish lo:lao uz:uzbek fo:faroese ht:haitian_creole ps:pashto tk:turkmen
  nn:nynorsk mt:maltese sa:sanskrit lb:luxembourgish my:myanmar bo:tibetan tl:tagalog mg:malagasy as:assamese tt:tatar
  haw:hawaiian ln:lingala ha:hausa ba:bashkir jw:javanese su:sundanese yue:cantonese
`;

export const SPOKEN_LANGUAGES: readonly { code: string; name: string }[] = LANGUAGES.trim()
  .split(/\s+/)
  .map((entry) => {
    const [code = '', name = ''] = entry.split(':');
    return { code, name: name.replace('_', ' ') };
  });

/** Accepts a code or an English name, in any case. Returns the code; undefined = unknown. */
export function toLanguageCode(text: string): string | undefined {
  const wanted = text.trim().toLowerCase();
  return SPOKEN_LANGUAGES.find(({ code, name }) => code === wanted || name === wanted)?.code;
}

/** The English name; a code that is not in the list is its own name. */
export function toLanguageName(code: string): string {
  return SPOKEN_LANGUAGES.find((language) => language.code === code)?.name ?? code;
}
