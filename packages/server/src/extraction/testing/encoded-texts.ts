/** Sentences and tables of many languages, and the encodings that files in these languages have. */

export const TEXTS: Readonly<Record<string, readonly [sentences: string, table: string, sentence: string]>> = {
  zh: [
    '会议将于星期三下午三点在二楼会议室举行。请所有部门负责人准时参加，并提前准备好季度报告。如有问题请联系行政部门的李女士。',
    '产品名称,数量,单价\n键盘,12,199\n显示器,5,1299\n鼠标,30,59\n',
    '北京分公司的负责人是王小明。',
  ],
  zht: [
    '會議將於星期三下午三點在二樓會議室舉行。請所有部門負責人準時參加，並提前準備好季度報告。如有問題請聯絡行政部門的李小姐。',
    '產品名稱,數量,單價\n鍵盤,12,199\n顯示器,5,1299\n',
    '台北辦公室的電話號碼已經更改。',
  ],
  ja: [
    '会議は水曜日の午後三時から二階の会議室で行われます。各部門の責任者は必ず出席し、四半期の報告書を準備してください。質問があれば総務部の鈴木までご連絡ください。',
    '商品名,数量,単価\nキーボード,12,1990\nモニター,5,12990\n',
    '東京の本社は千代田区にあります。',
  ],
  ko: [
    '회의는 수요일 오후 세 시에 이층 회의실에서 열립니다. 모든 부서장은 시간에 맞춰 참석하고 분기 보고서를 미리 준비해 주십시오.',
    '제품명,수량,단가\n키보드,12,19900\n모니터,5,129900\n',
    '서울 본사의 전화번호가 바뀌었습니다.',
  ],
  ru: [
    'Совещание состоится в среду в три часа дня в зале заседаний на втором этаже. Просим всех руководителей отделов прийти вовремя и подготовить квартальный отчёт.',
    'Наименование;Количество;Цена\nКлавиатура;12;1990\nМонитор;5;12990\n',
    'Офис в Москве открыт с девяти утра.',
  ],
  uk: [
    'Нарада відбудеться в середу о третій годині дня в залі засідань на другому поверсі. Просимо всіх керівників відділів прийти вчасно.',
    'Назва;Кількість;Ціна\nКлавіатура;12;1990\n',
    "Офіс у Києві відчинено з дев'ятої ранку.",
  ],
  bg: [
    'Съвещанието ще се проведе в сряда в три часа следобед в заседателната зала на втория етаж. Моля всички ръководители да дойдат навреме.',
    'Име;Количество;Цена\nКлавиатура;12;19\n',
    'Офисът в София отваря в девет.',
  ],
  el: [
    'Η συνάντηση θα γίνει την Τετάρτη στις τρεις το απόγευμα στην αίθουσα του δεύτερου ορόφου. Παρακαλούνται όλοι οι υπεύθυνοι να προσέλθουν στην ώρα τους.',
    'Όνομα;Ποσότητα;Τιμή\nΠληκτρολόγιο;12;19\n',
    'Το γραφείο της Αθήνας ανοίγει στις εννέα.',
  ],
  he: [
    'הפגישה תתקיים ביום רביעי בשלוש אחר הצהריים בחדר הישיבות בקומה השנייה. כל מנהלי המחלקות מתבקשים להגיע בזמן ולהכין דוח רבעוני.',
    'שם;כמות;מחיר\nמקלדת;12;199\n',
    'המשרד בתל אביב נפתח בתשע.',
  ],
  ar: [
    'سيعقد الاجتماع يوم الأربعاء في الساعة الثالثة بعد الظهر في قاعة الاجتماعات بالطابق الثاني. يرجى من جميع رؤساء الأقسام الحضور في الموعد.',
    'الاسم;الكمية;السعر\nلوحة المفاتيح;12;199\n',
    'يفتح مكتب القاهرة في الساعة التاسعة.',
  ],
  tr: [
    'Toplantı çarşamba günü öğleden sonra saat üçte ikinci kattaki toplantı salonunda yapılacaktır. Lütfen tüm bölüm sorumluları zamanında gelsin.',
    'Ürün;Miktar;Fiyat\nKlavye;12;199\nİğne;5;12\n',
    'İstanbul ofisi sabah dokuzda açılıyor.',
  ],
  pl: [
    'Spotkanie odbędzie się w środę o trzeciej po południu w sali konferencyjnej na drugim piętrze. Prosimy wszystkich kierowników działów o punktualne przybycie.',
    'Nazwa;Ilość;Cena\nŁącznik;12;19\nŚruba;5;1\n',
    'Biuro w Łodzi otwieramy o dziewiątej, także w święta.',
  ],
  cs: [
    'Schůzka se koná ve středu ve tři hodiny odpoledne v zasedací místnosti ve druhém patře. Prosíme všechny vedoucí oddělení, aby přišli včas.',
    'Název;Množství;Cena\nKlávesnice;12;199\n',
    'Kancelář v Brně je otevřena každý den od devíti.',
  ],
  hu: [
    'Az értekezlet szerdán délután három órakor lesz a második emeleti tárgyalóban. Kérjük, hogy minden osztályvezető időben érkezzen.',
    'Név;Mennyiség;Ár\nBillentyűzet;12;1990\n',
    'A győri iroda kilenckor nyit, és ötkor zár.',
  ],
  de: [
    'Die Besprechung findet am Mittwoch um drei Uhr nachmittags im großen Saal statt. Bitte kommen Sie pünktlich und bringen Sie die Quartalsberichte über die Geschäfte mit.',
    'Name;Menge;Preis\nTastatur für Büro;12;19 €\n',
    'Das Büro in München öffnet um neun.',
  ],
  fr: [
    'La réunion aura lieu mercredi à quinze heures dans la salle du deuxième étage. Merci à tous les responsables d’être à l’heure et de préparer le rapport trimestriel.',
    'Nom;Quantité;Prix\nClavier;12;19 €\n',
    "Le bureau de Besançon ouvre à neuf heures, même l'été.",
  ],
  es: [
    'La reunión será el miércoles a las tres de la tarde en la sala del segundo piso. Se ruega a todos los responsables que lleguen puntuales y preparen el informe del año.',
    'Nombre;Cantidad;Precio\nAño nuevo;12;19\n',
    'La oficina de Logroño abre a las nueve de la mañana.',
  ],
  sv: [
    'Mötet äger rum på onsdag klockan tre på eftermiddagen i sammanträdesrummet på andra våningen. Alla avdelningschefer ombeds komma i tid.',
    'Namn;Antal;Pris\nTangentbord för kök;12;19\n',
    'Kontoret i Malmö öppnar klockan nio.',
  ],
  th: [
    'การประชุมจะจัดขึ้นในวันพุธเวลาบ่ายสามโมงที่ห้องประชุมชั้นสอง ขอให้หัวหน้าแผนกทุกคนมาให้ตรงเวลา',
    'ชื่อ;จำนวน;ราคา\nแป้นพิมพ์;12;199\n',
    'สำนักงานกรุงเทพเปิดเวลาเก้าโมงเช้า',
  ],
};

/** Encoding → languages. */
export const ENCODINGS: Readonly<Record<string, readonly string[]>> = {
  gbk: ['zh'],
  gb18030: ['zh'],
  big5: ['zht'],
  shift_jis: ['ja'],
  'euc-jp': ['ja'],
  'iso-2022-jp': ['ja'],
  'euc-kr': ['ko'],
  'koi8-r': ['ru'],
  'koi8-u': ['uk'],
  'windows-1251': ['ru', 'uk', 'bg'],
  'iso-8859-5': ['ru', 'bg'],
  ibm866: ['ru'],
  'windows-1253': ['el'],
  'iso-8859-7': ['el'],
  'windows-1255': ['he'],
  'iso-8859-8': ['he'],
  'windows-1256': ['ar'],
  'iso-8859-6': ['ar'],
  'windows-1254': ['tr'],
  'windows-1250': ['pl', 'cs', 'hu'],
  'iso-8859-2': ['pl', 'cs', 'hu'],
  'windows-1252': ['de', 'fr', 'es', 'sv'],
  'iso-8859-15': ['de', 'fr'],
  'windows-874': ['th'],
  'utf-16le': ['ru', 'zh', 'de', 'ar'],
  'utf-16be': ['ru', 'zh', 'de', 'ar'],
  'utf-32le': ['ru', 'zh', 'de', 'ar'],
  'utf-32be': ['ru', 'zh', 'de', 'ar'],
};
