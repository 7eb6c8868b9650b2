"""Skills with structure: function calls, JSON from a schema, quoting from passages, personas.

Tool and schema objects have the API's own shape; the chat template writes them as compact lines.
"""
import json

import varied
import words as wl
from grammar import Maker, expand
from slots import ROOMS, slots
from skills import GREET, HOWARE, WHO, sentence

S, N, I = {'type': 'string'}, {'type': 'number'}, {'type': 'integer'}


def enum(*options: str) -> dict:
    return {'type': 'string', 'enum': list(options)}


# (names, descriptions, {slot: (parameter names, schema)}, user lines). A slot missing from the line is left out of the call.
CATALOGUE = [
    (['get_weather', 'get_current_weather', 'weather', 'current_weather', 'fetch_weather'], ['Get the (current |)weather (in a city|for a location|in a given location)', 'Current weather of a place'], {'c': (['location', 'city', 'place'], S), 'unit': (['unit', 'units'], enum('celsius', 'fahrenheit'))}, ['weather in {c}', 'whats the weather (like |)in {c}', 'how is the weather in {c}( today| now|)', 'is it (raining|sunny|cold|warm|snowing) in {c}( now| today| right now|)', 'weather {c}', '{c} weather', 'what is the weather like in {c} in {unit}', 'tell me the weather for {c} in {unit}', 'do i need an umbrella in {c}', 'how (hot|cold|warm) is it in {c}', 'temperature in {c}( please|)', 'weather for {c} in {unit}']),
    (['send_email', 'email', 'send_mail', 'write_email'], ['Send an email( to a person|)', 'Send a mail'], {'e': (['to', 'recipient', 'address'], S), 'x': (['subject', 'title'], S)}, ['send an email to {e} with (the |)subject {x}', 'email {e} subject {x}', 'mail {e} about {x}', 'write (an email|a mail) to {e} about {x}', 'send {e} a mail with the title {x}', '(please |)email {e}, subject: {x}', 'send a mail to {e}, subject "{x}"']),
    (['get_stock_price', 'stock_price', 'get_quote', 'stock_quote'], ['Get the (latest |current |)(stock price|price of a stock)', 'Price of a share'], {'sym': (['symbol', 'ticker'], S)}, ['stock price of {sym}', 'how much is (a share of |){sym}( now|)', 'price of {sym} stock', '{sym} stock price', 'what is {sym} trading at', 'whats the share price of {sym}', 'quote for {sym}', 'get me the price of {sym}']),
    (['set_timer', 'start_timer', 'timer', 'countdown'], ['(Set|Start) a (countdown |)timer'], {'k': (['minutes', 'duration', 'duration_minutes'], I)}, ['set a timer for {k} minutes', 'timer {k} min', '{k} minute timer', 'start a {k} min (timer|countdown)( pls|)', 'count down {k} minutes', 'wake me in {k} minutes', 'start a countdown of {k} minutes']),
    (['set_alarm', 'alarm', 'create_alarm'], ['Set an alarm (clock|for a time)'], {'t': (['time', 'at'], S)}, ['set an alarm for {t}', 'wake me (up |)at {t}', 'alarm at {t}', 'alarm {t}', 'i have to get up at {t}']),
    (['play_song', 'play_music', 'play', 'play_track'], ['Play a song( by an artist|)', 'Play music'], {'ti': (['title', 'song', 'track'], S), 'n': (['artist', 'by', 'singer'], S)}, ['play {ti} by {n}', 'put on {ti} by {n}', 'i want to hear {ti} by {n}', 'play the song {ti} by {n}', 'can you play {ti} from {n}', 'start {ti} by {n}']),
    (['convert_currency', 'exchange', 'currency_convert'], ['Convert (an amount|money) from one currency to another', 'Exchange money'], {'p': (['amount', 'value'], N), 'cur': (['from', 'from_currency', 'source'], S), 'cur2': (['to', 'to_currency', 'target'], S)}, ['convert {p} {cur} to {cur2}', '{p} {cur} in {cur2}', 'how much is {p} {cur} in {cur2}', 'exchange {p} {cur} into {cur2}', 'what is {p} {cur} in {cur2}', 'change {p} {cur} to {cur2}( please|)']),
    (['set_light', 'switch_light', 'control_light', 'light'], ['(Turn|Switch) the light in a room on or off', 'Control the light(s|) of a room'], {'room': (['room', 'location', 'place'], S), 'onoff': (['state', 'status', 'power'], enum('on', 'off'))}, ['turn {onoff} the light in the {room}', 'switch {onoff} the {room} light', 'light {onoff} in the {room}( please|)', 'lights {onoff} in the {room}', 'turn the {room} light {onoff}', '{room} light {onoff}', 'please turn {onoff} the lights in the {room}']),
    (['lookup_order', 'get_order', 'order_status', 'find_order', 'check_order'], ['Look up (the status of |)an order', 'Get the status of an order'], {'code': (['order_id', 'order_number', 'id'], S)}, ['where is my order {code}', 'status of order {code}', 'check order {code}', 'look up order {code}', 'has order {code} shipped', 'order {code}', 'what about my order number {code}', 'i want to know about order {code}']),
    (['cancel_order', 'stop_order'], ['Cancel an order'], {'code': (['order_id', 'order_number', 'id'], S)}, ['cancel order {code}', 'please cancel my order {code}', 'i dont want order {code} any more', 'stop order {code}']),
    (['book_table', 'reserve_table', 'restaurant_booking'], ['(Book|Reserve) a table( at a restaurant|)'], {'rest': (['restaurant', 'place'], S), 'k': (['people', 'guests', 'party_size'], I), 't': (['time', 'at'], S)}, ['book a table at {rest} for {k} (people|persons|) at {t}', 'table for {k} at {rest} at {t}', 'reserve a table for {k} at {rest}, {t}', 'i need a table at {rest} for {k} at {t}', '{rest}, {k} people, {t}, book it', 'dinner at {rest} for {k} at {t}']),
    (['translate', 'translate_text', 'translation'], ['Translate (a |)text (into|to) another language'], {'x': (['text', 'phrase'], S), 'lang': (['language', 'target', 'target_language', 'to'], S)}, ['translate {x} (into|to) {lang}', 'how do you say {x} in {lang}', 'what is {x} in {lang}', 'translate "{x}" to {lang}', '{x} in {lang} please', 'say {x} in {lang}']),
    (['create_note', 'save_note', 'add_note', 'take_note'], ['(Save|Create|Write) a note'], {'x': (['text', 'content', 'note'], S)}, ['note: {x}', 'take a note: {x}', 'save a note: {x}', 'write down: {x}', 'make a note that says {x}', 'note that {x}', 'save a note that {x}', 'write this down: {x}']),
    (['search_documents', 'search_files', 'find_documents', 'search_docs', 'document_search'], ['Search (the |)(company |)(documents|files)'], {'x': (['query', 'q', 'text', 'search'], S)}, ['search the documents for {x}', 'find documents about {x}', 'look for {x} in the files', 'search files for {x}', 'find docs about {x}', 'which documents mention {x}', 'search {x} in our documents', 'any files on {x}']),
    (['web_search', 'search_web', 'search', 'google'], ['Search the web', 'Search the internet'], {'x': (['query', 'q', 'text'], S)}, ['search the web for {x}', 'google {x}', 'look up {x} online', 'search the internet for {x}', 'find {x} on the web', 'search {x} online']),
    (['find_flights', 'search_flights', 'flights'], ['(Find|Search) flights( between two cities|)'], {'c': (['origin', 'from', 'from_city'], S), 'c2': (['destination', 'to', 'to_city'], S), 'd': (['date', 'day'], S)}, ['flights from {c} to {c2}', 'find (a flight|flights) from {c} to {c2} on {d}', 'i need to fly from {c} to {c2} on {d}', 'fly from {c} to {c2} on {d}', 'is there a flight from {c} to {c2}', 'i want to fly from {c} to {c2}']),
    (['book_hotel', 'reserve_hotel', 'hotel_booking'], ['Book a hotel( room|)'], {'c': (['city', 'location', 'place'], S), 'k': (['nights', 'number_of_nights'], I)}, ['book a hotel in {c} for {k} nights', 'hotel in {c}, {k} nights', 'i need a room in {c} for {k} nights', 'reserve a hotel for {k} nights in {c}']),
    (['set_volume', 'volume', 'change_volume'], ['Set the (speaker |)volume'], {'k': (['percent', 'level', 'volume'], I)}, ['volume to {k}( percent|)', 'set the volume to {k}( percent|)', 'turn the volume to {k}', 'volume {k}', 'make it {k} percent loud']),
    (['set_temperature', 'set_thermostat', 'thermostat'], ['Set the (room |)temperature( of a room|)', 'Set the thermostat'], {'k': (['degrees', 'temperature', 'value'], I), 'room': (['room', 'place'], S)}, ['set the {room} to {k} degrees', 'make the {room} {k} degrees', 'heat the {room} to {k}', 'thermostat in the {room} to {k}', '{k} degrees in the {room} please']),
    (['order_taxi', 'call_taxi', 'book_taxi', 'get_taxi'], ['(Order|Call|Book) a taxi( to an address|)'], {'st': (['address', 'pickup', 'location'], S)}, ['order (me |)a taxi to {st}', 'call a taxi to {st}', 'taxi to {st}', 'i need a taxi at {st}', 'get me a cab at {st}', 'book a taxi for {st}']),
    (['track_parcel', 'track_package', 'parcel_status', 'track_shipment'], ['Track a (parcel|package|shipment)'], {'code': (['tracking_number', 'number', 'parcel_id', 'code'], S)}, ['track parcel {code}', 'where is (my |)(parcel|package) {code}', 'track {code}', 'track my package {code}', 'find shipment {code}']),
    (['open_ticket', 'create_ticket', 'new_ticket', 'report_issue'], ['(Open|Create) a (support |)ticket'], {'x': (['title', 'subject', 'summary'], S), 'prio': (['priority', 'urgency'], enum('low', 'normal', 'high'))}, ['open a ticket: {x}', 'create a ticket titled {x} with {prio} priority', 'new {prio} priority ticket: {x}', 'make a support ticket called {x}', 'open a {prio} priority ticket for {x}', 'open a ticket titled {x}', 'ticket: {x}, priority {prio}']),
    (['add_reminder', 'create_reminder', 'remind', 'set_reminder'], ['(Add|Set|Create) a reminder( for later|)'], {'act': (['text', 'what', 'message'], S), 't': (['time', 'when', 'at'], S)}, ['remind me to {act} at {t}', 'at {t} remind me to {act}', 'set a reminder at {t} to {act}', 'i must {act} at {t}, remind me', 'reminder: {act} at {t}', 'dont let me forget to {act} at {t}']),
    (['get_time', 'current_time', 'time_in_city', 'world_clock'], ['Get the current time( in a city|)'], {'c': (['city', 'location', 'timezone', 'place'], S)}, ['what time is it in {c}', 'time in {c}( now|)', 'current time in {c}', 'what is the time in {c}', '{c} time', 'how late is it in {c}']),
    (['create_event', 'add_event', 'schedule_meeting', 'create_meeting', 'add_to_calendar'], ['(Create|Add) (a calendar event|an event)', 'Schedule a meeting'], {'x': (['title', 'name', 'subject'], S), 'd': (['date', 'day'], S), 't': (['time', 'start'], S)}, ['schedule {x} on {d} at {t}', 'add {x} to my calendar on {d} at {t}', 'create an event {x} on {d} at {t}', 'put {x} on {d} at {t}', 'new meeting {x}, {d}, {t}', 'plan {x} for {d} at {t}']),
    (['send_message', 'send_sms', 'text_message', 'message'], ['Send a (text |)message( to a contact|)', 'Send an SMS'], {'n': (['to', 'contact', 'recipient'], S), 'x': (['text', 'message', 'body'], S)}, ['tell {n}: {x}', 'send a message to {n}: {x}', 'text {n} "{x}"', 'message {n} saying {x}', 'send {n} a text saying {x}', 'write to {n}: {x}']),
    (['call_contact', 'make_call', 'phone_call', 'call'], ['(Call|Phone) a (contact|person)'], {'n': (['contact', 'name', 'person'], S)}, ['call {n}', 'phone {n}', 'ring {n} please', 'give {n} a call', 'i want to talk to {n} on the phone']),
    (['add_to_cart', 'buy_item', 'cart_add'], ['Add (an item|a product) to the (shopping |)cart'], {'noun': (['item', 'product', 'name'], S), 'k': (['quantity', 'count', 'amount'], I)}, ['add {k} {noun}s to (my|the) cart', 'put {k} {noun}s in the cart', 'i want to buy {k} {noun}s', 'order {k} {noun}s', '{k} {noun}s in my basket please']),
    (['find_recipe', 'search_recipe', 'get_recipe'], ['Find a recipe( with an ingredient|)'], {'food': (['ingredient', 'dish', 'query'], S)}, ['find a recipe with {food}', 'what can i cook with {food}', 'recipe for {food}', 'recipes with {food}', 'how do i cook {food}']),
    (['calculate', 'calculator', 'compute', 'evaluate'], ['(Calculate|Evaluate) (a math |an arithmetic |)expression', 'Calculator'], {'expr': (['expression', 'input', 'formula'], S)}, ['what is {expr}', 'calculate {expr}', 'compute {expr}', '{expr}', 'how much is {expr}', 'solve {expr}']),
    (['get_user', 'find_user', 'lookup_customer', 'find_customer'], ['(Find|Look up) a (user|customer)( by name|)'], {'n': (['name', 'customer', 'user'], S)}, ['find (user|customer) {n}', 'look up {n}', 'who is the customer {n}', 'show me the customer {n}', 'get the user {n}']),
    (['open_door', 'unlock_door', 'door'], ['(Open|Unlock) a door'], {'room': (['door', 'room', 'name'], S)}, ['open the {room} door', 'unlock the {room}', 'let me in the {room}', 'open the door of the {room}']),
    (['run_query', 'execute_sql', 'query_database'], ['Run a (database |SQL |)query'], {'sql': (['query', 'sql', 'statement'], S)}, ['run {sql}', 'execute {sql}', 'run the query {sql}', 'query the database: {sql}']),
    (['get_news', 'news', 'latest_news'], ['Get (the latest |)news( about a topic|)'], {'x': (['topic', 'about', 'subject'], S)}, ['news about {x}', 'latest news on {x}', 'what is new about {x}', 'any news on {x}']),
    (['get_distance', 'distance', 'route'], ['(Get|Find) the (distance|route) between two (places|cities)'], {'c': (['from', 'origin', 'start'], S), 'c2': (['to', 'destination', 'end'], S)}, ['how far is it from {c} to {c2}', 'distance between {c} and {c2}', 'distance from {c} to {c2}', 'route from {c} to {c2}']),
    (['transfer_money', 'send_money', 'pay'], ['(Transfer|Send) money( to a person|)'], {'p': (['amount', 'sum', 'value'], N), 'n': (['to', 'recipient', 'name'], S)}, ['send {p} euros to {n}', 'transfer {p} to {n}', 'pay {n} {p} dollars', 'give {n} {p} euros', 'wire {p} to {n}']),
    (['add_contact', 'save_contact', 'create_contact', 'new_contact'], ['(Add|Save) a (new |)contact'], {'n': (['name', 'contact'], S), 'ph': (['phone', 'number', 'phone_number'], S)}, ['save {n} with number {ph}', 'add {n} to my contacts, {ph}', 'new contact {n} {ph}', 'the number of {n} is {ph}, save it', 'add contact {n}: {ph}', 'put {n} {ph} in my contacts']),
    (['delete_file', 'remove_file', 'trash_file'], ['(Delete|Remove) a file'], {'f': (['name', 'file', 'filename', 'path'], S)}, ['delete {f}', 'remove the file {f}', 'please delete the file {f}', 'get rid of {f}', 'i dont need {f} any more']),
    (['open_file', 'read_file', 'show_file', 'get_file'], ['(Open|Read|Show) a file'], {'f': (['name', 'file', 'filename', 'path'], S)}, ['open {f}', 'show me {f}', 'what is in {f}', 'read the file {f}', 'display {f}', 'let me see {f}']),
    (['get_population', 'population'], ['Get the (population|number of people) of a (city|place)'], {'c': (['city', 'place', 'location'], S)}, ['how many people live in {c}', 'population of {c}', 'what is the population of {c}', 'how big is {c}']),
    (['find_restaurant', 'search_restaurants', 'restaurants'], ['Find (a restaurant|restaurants)( in a city|)'], {'c': (['city', 'location', 'place'], S), 'food': (['food', 'dish', 'cuisine'], S)}, ['where can i eat {food} in {c}', 'restaurants with {food} in {c}', 'find a restaurant in {c}', 'a good place for {food} in {c}', 'i want to eat {food} in {c}']),
    (['set_speed', 'change_speed', 'fan_speed', 'set_fan'], ['Set the (fan |)speed'], {'k': (['speed', 'level', 'value'], I)}, ['set the fan to {k}', 'fan speed {k}', 'change the speed to {k}', 'speed {k}']),
    (['set_brightness', 'brightness', 'dim_light'], ['Set the (screen |)brightness', 'Dim or brighten'], {'k': (['percent', 'level', 'brightness'], I)}, ['brightness to {k}', 'dim to {k} percent', 'set the brightness to {k}', 'make the screen {k} percent bright', 'brightness {k}%']),
    (['lock_door', 'close_door', 'lock'], ['(Lock|Close) a door'], {'room': (['door', 'room', 'name'], S)}, ['lock the {room}', 'lock the {room} door', 'close the door of the {room}', 'shut the {room} door']),
    (['pause_music', 'stop_music', 'pause'], ['(Pause|Stop) the music'], {}, ['pause', 'stop the music', 'pause the song', 'silence please', 'stop playing', 'music off']),
    (['next_song', 'skip', 'skip_track'], ['(Skip to|Play) the next (song|track)'], {}, ['next song', 'skip this one', 'next', 'skip', 'play the next song', 'another song']),
    (['buy_stock', 'buy_shares', 'trade_stock'], ['Buy (shares|stock)( of a company|)'], {'sym': (['symbol', 'ticker'], S), 'k': (['shares', 'quantity', 'amount'], I)}, ['buy {k} shares of {sym}', 'buy {k} {sym}', 'get me {k} shares of {sym}', 'i want {k} {sym} shares', 'purchase {k} shares of {sym}']),
    (['get_definition', 'define', 'define_word', 'dictionary'], ['Get the (meaning|definition) of a word'], {'w': (['word', 'term'], S)}, ['what does {w} mean', 'define {w}', 'meaning of {w}', 'definition of {w}', 'what is the meaning of {w}', 'look up the word {w}']),
    (['assign_task', 'assign_ticket', 'give_task'], ['Assign a (task|ticket) to a person'], {'code': (['task_id', 'ticket', 'id', 'task'], S), 'n': (['person', 'to', 'assignee'], S)}, ['assign {code} to {n}', 'give {code} to {n}', '{n} should do {code}', 'assign ticket {code} to {n}', 'let {n} take {code}']),
    (['close_ticket', 'resolve_ticket', 'finish_ticket'], ['(Close|Resolve) a ticket'], {'code': (['ticket_id', 'ticket', 'id'], S)}, ['close ticket {code}', 'ticket {code} is done', 'resolve {code}', 'mark ticket {code} as solved', 'close {code}']),
    (['refund_order', 'refund', 'give_refund'], ['Refund an order', 'Pay back the money for an order'], {'code': (['order_id', 'order', 'id'], S)}, ['refund order {code}', 'i want my money back for order {code}', 'pay back order {code}', 'refund {code}', 'money back for {code}']),
    (['list_files', 'show_files', 'files'], ['List (the |all |)files( in a folder|)'], {'room': (['folder', 'directory', 'path'], S)}, ['list the files in {room}', 'which files are in {room}', 'show the folder {room}', 'what is in the folder {room}', 'files in {room}']),
    (['get_balance', 'account_balance', 'check_balance'], ['Get the balance of an account'], {'code': (['account', 'account_id', 'number'], S)}, ['balance of account {code}', 'how much money is on {code}', 'check the balance of {code}', 'what is the balance of {code}', 'account {code} balance']),
    (['water_plants', 'start_sprinkler', 'irrigate'], ['Water the (plants|garden)'], {'k': (['minutes', 'duration'], I)}, ['water the plants for {k} minutes', 'sprinkler on for {k} minutes', 'water the garden, {k} minutes', 'irrigate for {k} min']),
]
VERBS = 'open close start stop heat cool count check read clean empty fill lock unlock move rotate paint repair measure weigh scan print delete create update list find feed water lift lower ship sort mix test reset load unload park wash cut charge inspect polish heat dry freeze press roll stack label tune calibrate drain flush pump spray dig plant harvest bake slice pack wrap deliver collect sharpen tighten steer launch land dock dim water weld'.split()
UNITS = [('degrees', 'degrees'), ('percent', 'percent'), ('minutes', 'minutes'), ('meters', 'meters'), ('liters', 'liters'), ('seconds', 'seconds'), ('kilos', 'kilos')]


def values(m: Maker) -> dict:
    w, r = m.w, m.r
    restaurant = r.choice([w.last(), w.first() + "'s", f'the {w.draw(wl.ADJECTIVES)} {w.noun()}', w.pseudo().capitalize()])
    return slots(m) | dict(unit=r.choice(['celsius', 'fahrenheit']), onoff=r.choice(['on', 'off']), prio=r.choice(['low', 'normal', 'high']), rest=m.maybe_lower(restaurant), sql=f'select * from {w.noun()}s', v=w.code())


def tool(name: str, description: str, properties: dict, required: list[str]) -> dict:
    return {'type': 'function', 'function': {'name': name, 'description': description, 'parameters': {'type': 'object', 'properties': properties, 'required': required}}}


def known_tool(m: Maker, entry, values_: dict):
    names, descriptions, params, lines = entry
    r = m.r
    values_.update({slot: r.choice(schema['enum']) for slot, (_, schema) in params.items() if 'enum' in schema})
    line = m.choose(lines)
    chosen = {slot: (r.choice(keys), schema) for slot, (keys, schema) in params.items()}
    used = [s for s in chosen if '{' + s + '}' in line]
    spec = tool(r.choice(names), expand(r, r.choice(descriptions)), {key: schema for key, schema in chosen.values()}, [chosen[s][0] for s in chosen if s in used or r.random() < 0.3])
    arguments = {chosen[s][0]: typed(values_[s], chosen[s][1]) for s in chosen if s in used}
    return spec, line, arguments


def typed(value: str, schema: dict):
    if schema['type'] == 'integer':
        return int(value)
    if schema['type'] == 'number':
        return float(value) if '.' in value else int(value)
    return value


def made_tool(m: Maker, v: dict, verb: str = '', noun: str = ''):
    """A function nobody has seen: verb + noun, so that choosing it needs the words of its line."""
    r, w = m.r, m.w
    verb, noun = verb or r.choice(VERBS), noun or (w.noun() if r.random() < 0.75 else w.pseudo())
    two = f'{w.noun()} {noun}' if r.random() < 0.3 else noun
    name = r.choice([f'{verb}_{two}', f'{verb}_{two}', f'{two}_{verb}', f'{verb}_the_{two}', two + '_level' if verb in ('read', 'check') else f'{verb}_{two}']).replace(' ', '_')
    if r.random() < 0.15:
        head, *rest = name.split('_')
        name = head + ''.join(x.capitalize() for x in rest)
    description = r.choice([f'{verb.capitalize()} the {two}', f'{verb.capitalize()} a {two}', f'{verb.capitalize()}s the {two}', f'{verb.capitalize()} {two}s'])
    kind = r.random()
    if kind < 0.4:
        key = r.choice([f'{noun}_id', 'id', 'name', 'code', 'number', noun])
        return tool(name, description, {key: S}, [key]), r.choice([f'{verb} (the |){two} {{v}}', f'(please |can you |){verb} {two} {{v}}', f'i want to {verb} the {two} {{v}}', f'{two} {{v}}: {verb} it']), {key: v['v']}
    if kind < 0.6:
        unit, word = r.choice(UNITS)
        return tool(name, description + r.choice(['', f' to a number of {word}', f' by {word}']), {unit: I}, [unit]), r.choice([f'{verb} the {two} to {{k}} {word}', f'{verb} the {two} by {{k}} {word}', f'(please |){verb} (the |my ){two} for {{k}} {word}', f'{two}: {verb}, {{k}} {word}']), {unit: int(v['k'])}
    if kind < 0.8:
        key = r.choice(['place', 'location', 'room', 'where', w.draw(wl.NOUNS)])
        place = f'{w.draw(wl.ADJECTIVES)} {w.noun()}' if r.random() < 0.5 else r.choice(ROOMS)
        v['place'] = place
        return tool(name, description + r.choice(['', ' in a place', f' in a {key}']), {key: S}, [key]), r.choice([f'{verb} the {two} in the {{place}}', f'(please |){verb} (the |all ){two}s in the {{place}}', f'in the {{place}} {verb} the {two}']), {key: place}
    if kind < 0.9:
        a, b = r.choice(['name', 'title', 'label']), r.choice(['color', 'size', 'mode'])
        options = {'color': ['red', 'green', 'blue'], 'size': ['small', 'medium', 'large'], 'mode': ['slow', 'fast', 'auto']}[b]
        v['opt'] = r.choice(options)
        return tool(name, description, {a: S, b: enum(*options)}, [a]), r.choice([f'{verb} the {two} {{v}} in {{opt}}', f'{verb} a {{opt}} {two} called {{v}}', f'{verb} {two} {{v}}, {{opt}}']), {a: v['v'], b: v['opt']}
    return tool(name, description, {}, []), r.choice([f'{verb} the {two}', f'(please |can you ){verb} the {two}', f'{verb} {two} now']), {}


def tool_set(m: Maker):
    """(tools, user line, name, arguments): the right tool among distractors."""
    r = m.r
    v = values(m)
    if r.random() < 0.6:
        spec, line, arguments = known_tool(m, r.choice(r.choice([CATALOGUE, varied.FUNCTIONS])), v)
    else:
        spec, line, arguments = made_tool(m, v)
    return [spec, *distractors(m, {spec['function']['name']})], m.say(line, **v), spec['function']['name'], arguments


def distractors(m: Maker, taken: set[str]) -> list[dict]:
    r, found = m.r, []
    for _ in range(r.choice([0, 1, 1, 2, 2, 2, 3, 4])):
        spec = (known_tool(m, r.choice(r.choice([CATALOGUE, varied.FUNCTIONS])), values(m)) if r.random() < 0.6 else made_tool(m, values(m)))[0]
        stems = {n for entry in [*CATALOGUE, *varied.FUNCTIONS] if spec['function']['name'] in entry[0] for n in entry[0]} | {spec['function']['name']}
        if not stems & taken:
            taken |= stems
            found.append(spec)
    return found


RESULTS = ['temperature', 'condition', 'status', 'price', 'time', 'level', 'count', 'total', 'result', 'name', 'state', 'answer', 'distance', 'balance', 'weight', 'title', 'location', 'humidity']


def call(m: Maker) -> dict:
    r = m.r
    tools, line, name, arguments = tool_set(m)
    r.shuffle(tools)
    messages = [{'role': 'user', 'content': line}, {'role': 'assistant', 'content': None, 'tool_calls': [{'type': 'function', 'function': {'name': name, 'arguments': arguments}}]}]
    if r.random() < 0.3:
        keys = r.sample(RESULTS, r.choice([1, 1, 2]))
        result = {k: r.choice([m.w.word(), int(m.w.number()), m.w.time(), f'{m.w.number()}%', float(r.randint(1, 999)) / 10]) for k in keys}
        text = 'The ' + ' and the '.join(f'{k} is {v}' for k, v in result.items()) + '.'
        messages += [{'role': 'tool', 'content': json.dumps(result)}, {'role': 'assistant', 'content': text}]
    return {'messages': messages, 'tools': tools}


# --- JSON from a sentence: fields (names by preference, schema, value), and lines that state them
def fields(m: Maker) -> dict:
    w, r = m.w, m.r
    item = w.noun()
    return {
        'n': (['name', 'name', 'person', 'customer', 'user', 'full_name'], S, w.name()), 'age': (['age'], I, str(r.randint(1, 99))), 'c': (['city', 'city', 'location', 'town', 'place'], S, w.city()),
        'co': (['company', 'employer', 'organization'], S, w.company()), 'job': (['job', 'profession', 'occupation', 'role'], S, r.choice(wl.JOBS)), 'd': (['date', 'date', 'day', 'when'], S, w.date()), 't': (['time', 'start', 'hour'], S, w.time()), 'dur': (['time', 'result'], S, f'{r.randint(1, 59)}:{r.randint(0, 59):02d}'),
        'room': (['room', 'place', 'location'], S, r.choice([w.noun().capitalize(), w.number(), w.code(), r.choice(ROOMS)])), 'code': (['order_id', 'id', 'order', 'number'], S, w.code()), 'inv': (['invoice', 'invoice_number', 'id', 'number'], S, w.code()), 'k': (['quantity', 'amount', 'count'], I, w.number()), 'item': (['item', 'product'], S, item),
        'items': (['item', 'product'], S, item + 's'), 'e': (['email', 'mail', 'email_address'], S, w.email()), 'ph': (['phone', 'phone_number', 'telephone'], S, w.phone()), 'p': (['price', 'cost', 'total', 'amount'], N, w.price()), 'brand': (['brand', 'make', 'manufacturer'], S, r.choice(wl.BRANDS) if r.random() < 0.6 else w.pseudo().capitalize()),
        'y': (['year'], I, str(r.randint(1900, 2040))), 'ti': (['title', 'book', 'name'], S, f'{r.choice(["The ", "A ", ""])}{w.word().capitalize()} {w.noun().capitalize()}'), 'au': (['author', 'writer'], S, f'{w.first()} {w.last()}'), 'pg': (['pages', 'page_count'], I, str(r.randint(40, 999))),
        'c2': (['to', 'destination'], S, w.city()), 'c1': (['from', 'origin'], S, w.city()), 'day': (['day', 'date'], S, r.choice(wl.DAYS)), 'st': (['street', 'address'], S, w.street()), 'team1': (['winner', 'first'], S, w.noun().capitalize() + 's'), 'team2': (['loser', 'second'], S, w.pseudo().capitalize() + 's'),
        'srv': (['server', 'device', 'host', 'machine'], S, f'{r.choice(["web", "db", "mail", "app", w.pseudo(1, 2)])}-{w.number()}'), 'up': (['status', 'state'], enum('up', 'down'), r.choice(['up', 'down'])), 'onoff': (['state', 'status', 'power'], enum('on', 'off'), r.choice(['on', 'off'])), 'deg': (['degrees', 'temperature'], I, str(r.randint(1, 99))),
        'size': (['size'], enum('small', 'medium', 'large'), r.choice(['small', 'medium', 'large'])), 'color': (['color', 'colour'], S, r.choice(wl.COLORS)), 'prio': (['priority', 'urgency'], enum('low', 'high'), r.choice(['low', 'high'])), 'animal': (['pet', 'animal', 'kind', 'species'], S, r.choice(wl.ANIMALS)), 'subj': (['subject', 'topic', 'course'], S, w.word()), 'stud': (['students', 'participants', 'people'], I, w.number(2)),
        'country': (['country'], S, w.draw(wl.COUNTRIES)), 'lang': (['language'], S, w.draw(wl.LANGUAGES)), 'food': (['food', 'dish', 'meal'], S, w.draw(wl.FOODS)), 'x': (['topic', 'subject', 'title', 'text'], S, w.phrase(1, 3)),
    }


JSON_LINES = ['my name is {n} and i am {age} years old', 'im {n}, {age}, from {c}', '{n} lives in {c}', '{n} ({age}) works as a {job}', '{n} works at {co} as a {job}', '{n}, {job} at {co}', '{n} is {age} and lives in {c}', 'i am {n}, a {job} from {c}', '{n} is {age} years old and comes from {country}', 'the meeting is on {d} at {t} in room {room}', 'meeting about {x} on {d} at {t}', '{n} meets us on {d} at {t}', 'order {code}: {k} {items}', 'order {code}: {k} {items}, paid', '{n} ordered {k} {items} for {p} euros', 'i want {k} {items} in {color}', "i'd like a {size} {item}", 'i would like {k} {size} {items}', 'email {e}, phone {ph}', '{n}: {e}, {ph}', 'contact {n} at {e}', 'you can call {n} on {ph}', 'the {brand} from {y} costs {p} euros', 'a {color} {brand} from {y} for {p} dollars', 'ticket from {n}: my {item} is broken', 'invoice {inv} from {co}, total {p}', 'invoice {inv} of {d}: {p} euros', 'book: {ti} by {au}, {pg} pages', '{ti} was written by {au} in {y}', '{ti} by {au}', 'flight from {c1} to {c2} on {day}', 'train from {c1} to {c2} at {t}', 'i go from {c1} to {c2} on {d}', 'i live at {st}, {c}', 'my address is {st}, {c}', 'address: {st}, {c}, {country}', 'team {team1} beat team {team2}', '{team1} won against {team2}', 'the server {srv} is {up}', '{srv} is {up} since {t}', 'turn {onoff} the light in the {room}', 'set the {room} to {deg} degrees', 'it is {deg} degrees in {c}', 'our {animal} {n} is {age}', '{n} is a {animal} of {age} years', '{n} teaches {subj} to {stud} students', 'teacher: {n}. subject: {subj}. students: {stud}', '{n} finished in {t}', '{n} speaks {lang} and lives in {country}', '{n} ate {food} in {c}', 'the {color} {item} costs {p}', '{co} is in {c} and has {k} {items}', 'name: {n}, city: {c}', 'name: {n}\nage: {age}\ncity: {c}', 'item: {item}, price: {p}, color: {color}', '{x} is on {day} at {t}', 'this is {n} from {co}, my phone is {ph}', '{n} was born in {y} in {c}', '{priow} {item} problem in {room}', '{n} finished {nth} in {dur}', '{n} came {nth} with {k} points', '{n} ran the race in {dur}', 'ticket from {n}: my {item} is broken, {cue}', '{n} reports a broken {item}, {cue}', 'the {item} in {room} does not work. {cue}', '{n}: {cue}, the {item} is gone', '{cue}! {item} problem, says {n}', 'request of {n}: a new {item}. {cue}', '{n} needs a {item}, {cue}', 'mail {e}, tel {ph}', '{n} - {e} - {ph}', 'reach {n} at {e} or {ph}', '{n}, {e}', '{e} is the mail of {n}']
CUES = {'high': ['urgent', 'asap', 'this is urgent', 'very important', 'i need it today', 'right now please', 'immediately', 'it cannot wait', 'as soon as possible', 'critical'], 'low': ['no rush', 'not urgent', 'when you have time', 'no hurry', 'whenever you can', 'it can wait', 'not important', 'sometime next month', 'take your time']}
JSON_ASK = ['{s}', '{s}', '{s}', 'fill in the fields: {s}', 'extract the data: {s}', 'extract the information: {s}', 'give me json: {s}', 'convert to json: {s}', 'make json from this: {s}', 'parse this: {s}', 'as json: {s}', '{s}\n\nextract the fields', 'json for: {s}', 'fill the form: {s}']


def schema_of(properties: dict) -> dict:
    return {'type': 'object', 'properties': properties, 'required': list(properties), 'additionalProperties': False}


def structured(m: Maker) -> dict:
    r, w = m.r, m.w
    if r.random() < 0.45:
        return varied.schema_chat(m, JSON_ASK)
    roll = r.random()
    if roll < 0.62:
        known = fields(m)
        line = m.choose(JSON_LINES).replace('{priow} ', '').replace('{cue}', r.choice(CUES[known['prio'][2]])).replace('{nth}', r.choice(['1st', '2nd', '3rd', '4th', 'first', 'second', 'last', f'{w.number(2)}th']))
        slots = [s for s in known if '{' + s + '}' in line]
        urgent = any(cue in line for cues in CUES.values() for cue in cues)
        if len(slots) > 2 and r.random() < 0.25:
            slots = r.sample(slots, len(slots) - 1)
        if r.random() < 0.4:
            r.shuffle(slots)
        else:
            slots.sort(key=lambda s: line.index('{' + s + '}'))
        if urgent:
            slots.insert(r.randrange(len(slots) + 1), 'prio')
        properties, answer = {}, {}
        lower = r.random() < 0.2
        text = {s: (v[2].lower() if lower else v[2]) for s, v in known.items()}
        for s in slots:
            key = r.choice([k for k in known[s][0] if k not in properties] or [s])
            properties[key] = known[s][1]
            answer[key] = typed(text[s], known[s][1])
        s = m.say(line, **text)
    elif roll < 0.72:
        positive = r.random()
        from skills import NEG, NEG_S, POS, POS_S
        lines, words_, label = (POS_S, POS, 'positive') if positive < 0.5 else (NEG_S, NEG, 'negative')
        s = m.fill(expand(r, m.choose(lines)), n=w.noun(), a=r.choice(words_), d='two')
        options = r.choice([['positive', 'negative'], ['positive', 'negative', 'neutral']])
        properties, answer = {r.choice(['sentiment', 'sentiment', 'label', 'feeling']): enum(*options)}, {}
        answer[next(iter(properties))] = label
    elif roll < 0.82:
        items = list(dict.fromkeys(r.choice([w.draw(wl.FOODS), w.noun()]) for _ in range(r.randint(1, 5))))
        if r.random() < 0.4:
            items = list(dict.fromkeys(w.first() for _ in range(r.randint(2, 4))))
        joined = items[0] if len(items) == 1 else ', '.join(items[:-1]) + r.choice([' and ', ', ']) + items[-1]
        key = r.choice(['items', 'products', 'list', 'things']) if items[0].islower() else r.choice(['participants', 'names', 'people', 'guests'])
        arr = {'type': 'array', 'items': S}
        if key in ('participants', 'names', 'people', 'guests') and r.random() < 0.5:
            event, d = f'{w.word()} {w.noun()}', w.date()
            properties, answer = {'name': S, 'date': S, key: arr}, {'name': event, 'date': d, key: items}
            s = r.choice([f'{event} on {d}, {joined} ' + r.choice(['will be there', 'are participating', 'take part', 'are coming', 'are invited', 'will attend', 'have signed up', 'said yes']), f'{joined} go to the {event} on {d}', f'{event} on {d} with {joined}', f'{d}: {event}. {joined} ' + r.choice(['come', 'attend', 'are in', 'participate'])])
            if r.random() < 0.5:
                s = s[0].upper() + s[1:]
        else:
            properties, answer = {key: arr}, {key: items}
            s = m.say(['buy {x}', 'i need {x}', 'we have {x}', 'get {x} please', '{x}', 'list: {x}', 'with {x}', 'please bring {x}', '{x} are here'], x=joined)
    else:
        keys = list(dict.fromkeys(r.choice([w.noun(), w.noun(), w.pseudo()]) for _ in range(r.randint(2, 4))))
        kinds = [r.choice(['s', 's', 'i', 'b', 'p']) for _ in keys]
        vals = [r.choice([w.word, w.name, w.code, w.city, w.pseudo, lambda: w.draw(wl.ADJECTIVES)])() if k in 'sp' else w.number() if k == 'i' else r.choice(['yes', 'no']) for k in kinds]
        form = r.choice(['the {k} is {v}', '{k}: {v}', '{k} = {v}', '{k} is {v}', 'my {k} is {v}'])
        s = r.choice([', ', ' and ', '. ', '; ', '\n']).join(form.replace('{k}', k).replace('{v}', v) for k, v in zip(keys, vals))
        chosen = list(range(len(keys)))
        if len(keys) > 2 and r.random() < 0.4:
            chosen = r.sample(chosen, len(keys) - 1)
        properties = {keys[i]: I if kinds[i] == 'i' else enum('yes', 'no') if kinds[i] == 'b' else S for i in chosen}
        answer = {keys[i]: int(vals[i]) if kinds[i] == 'i' else vals[i] for i in chosen}
    if s[-1:].isalnum() and r.random() < 0.4:
        s += '.'
    user = m.fill(expand(r, m.choose(JSON_ASK)), s=s)
    return {'messages': [{'role': 'user', 'content': user}, {'role': 'assistant', 'content': json.dumps(answer, ensure_ascii=False)}], 'schema': schema_of(properties)}


# --- passages: (sentences, questions); the question is about the slot that the sentence states
RELATIONS = [
    (['{X} opens at {t}', 'it opens at {t}( on weekdays|)', 'the opening time is {t}', 'the {noun} opens at {t}'], ['when does (it|the {noun}|{X}) open', 'what time does (it|the {noun}|{X}) open', 'at what time does it open', 'opening time']),
    (['{X} closes at {t}', 'it closes at {t}( on {day}|)', 'we close at {t}'], ['when does (it|the {noun}|{X}) close', 'what time do you close', 'closing time', 'until when is it open']),
    (['the {noun} was (designed|built|made) by {N}', 'it was (designed|built|made) by {N}', '{N} (designed|built|made) the {noun}'], ['who (designed|built|made) (the {noun}|it)', 'who is the (maker|builder|designer)', 'by whom was it (made|built)']),
    (['the {noun} was (finished|built|opened|founded) in {y}', 'it was (built|opened|founded|finished) in {y}', 'the company was founded in {y}'], ['when was (the {noun}|it) (built|opened|founded|finished)', 'in which year was it (built|opened|founded)', 'what year was (it|the {noun}) (founded|built)', 'how old is (it|the {noun})']),
    (['the (entrance fee|price|ticket) is {p} euros', 'the {noun} costs {p} euros', 'it costs {p} dollars', 'a ticket costs {p} euros'], ['how much (is the (entrance fee|ticket|price)|does it cost|does the {noun} cost|is it)', 'what is the (price|cost|fee)', 'what does it cost', 'price of the {noun}']),
    (['the {noun} is kept in the {noun2}', 'the {noun} is under the {adj} {noun2}', 'the {noun} stands (near|behind|next to) the {noun2}', 'you find the {noun} in the {noun2}', 'the {noun} is on the {k}th floor'], ['where is the {noun}( kept|)', 'where do i find the {noun}', 'where can i find the {noun}', 'where is it kept', 'location of the {noun}']),
    (['the {noun} is {color}', 'the {noun} is bright {color}', 'its color is {color}', 'they painted the {noun} {color}'], ['what (color|colour) is (the {noun}|it)', 'which color does (the {noun}|it) have']),
    (['the {noun} has {k} {noun2}s', 'there are {k} {noun2}s in the {noun}', 'it has {k} {noun2}s', '{N} owns {k} {noun2}s', '{k} {noun2}s live there'], ['how many {noun2}s (are there|does it have|does the {noun} have|live there)', 'how many {noun2}s', 'number of {noun2}s']),
    (['the {noun} is {k} (metres|meters) (tall|high|long)', 'it is {k} (metres|meters) (tall|high|long)', 'the {noun} measures {k} metres'], ['how (tall|high|long|big|large) is (the {noun}|it)', 'height of the {noun}', 'what is the (size|height|length)']),
    (['the {noun} weighs {k} (kilos|grams|kg)', 'it weighs {k} kilos', 'its weight is {k} grams'], ['how heavy is (the {noun}|it)', 'what (does it weigh|is the weight)', 'how much does (it|the {noun}) weigh', 'weight of the {noun}']),
    (['the {job} of the {noun} is {N}', 'the manager is {N}', 'the {noun} is led by {N}', '{N} is the {job} here', 'the owner of the {noun} is {N}'], ['who is the (manager|owner|{job}|boss)( of the {noun}|)', 'who leads (it|the {noun})', 'name of the (manager|{job}|owner)']),
    (['{N} won the {noun}', '{N} won (the race|the game) by {k} points', 'the winner was {N}'], ['who won( the race| the game| the {noun}|)', 'who was the winner', 'who is the winner']),
    (['the {noun} lasts {k} hours', 'it takes {k} minutes', 'the trip takes {k} days', 'bake it for {k} minutes', 'the battery lasts {k} hours', 'repairs take {k} days', 'cook it for {k} minutes'], ['how long does (it|the {noun}|the battery|the trip) (last|take)', 'how long (do i|must i) (bake|cook|wait)( it|)', 'how many (minutes|hours|days) does it take', 'how long is it', 'duration']),
    (['heat the {noun} to {k} degrees', 'the temperature is {k} degrees', 'keep it at {k} degrees', 'the water is {k} degrees'], ['what temperature (is it|should it be|must it have|do i need)', 'how (hot|warm|cold) (is|should) (it|the {noun})( be|)', 'how many degrees', 'to what temperature']),
    (['the {noun} lies in {C}', '{N} lives in {C}', 'its office is in {C}', 'the {noun} is made in {C}', 'the company has its office in {C}'], ['where (does|do) {N} live', 'where is (it|the {noun}|the office|the company)', 'which city', 'where is the {noun} made', 'in which city is (it|the office)']),
    (['the password is {code}', 'the (wifi|door) (code|password) is {code}', 'your code is {code}', 'the order number is {code}'], ['what is the (password|code|wifi password|door code|order number)', 'whats the (password|code|wifi password)', 'tell me the (password|code)']),
    (['goods can be returned within {k} days', 'you can return it within {k} days', 'the return period is {k} days', 'the warranty is {k} years'], ['how long can i return (it|goods)', 'what is the (return period|warranty)', 'return period', 'how long is the warranty', 'can i return it']),
    (['bring a {noun} and a {noun2}', 'you need a {noun} and a {noun2}', 'please bring your {noun}', 'you must have a {noun}'], ['what (must|should|do) i (bring|need)', 'what do i need to bring', 'what should i take with me', 'what is needed']),
    (['{animal}s eat (mostly |){food} and {food2}', 'the {animal} eats {food}', 'feed it {food} and {food2}'], ['what (do|does) (the |){animal}(s|) eat', 'what does it eat', 'food of the {animal}', 'what do i feed it']),
    (['call {ph} for help', 'our phone number is {ph}', 'you reach us at {ph}', 'write to {e}', 'our email is {e}'], ['how (can|do) i (reach|contact) you', 'what is (the|your) (phone number|email|contact)', 'which number do i call', 'contact', 'how do i get help']),
    (['the {noun} is used for {noun2}s', 'it is made of {noun2}', 'the {noun} is made of {noun2}'], ['what is (it|the {noun}) made of', 'what is (it|the {noun}) used for', 'which material is it', 'what is it for']),
    (['the {noun} starts on {d}', 'the {noun} is on {d} at {t}', 'it takes place on {d}', 'results come out on {d}', 'the deadline is {d}'], ['when (is|does) (the {noun}|it)( start| take place|)', 'on which (day|date) is (it|the {noun})', 'when do results come out', 'what is the deadline', 'date of the {noun}', 'which day is it']),
    (['{N} (likes|collects|sells|repairs|paints) {adj} {noun}s', '{N} bought a {adj} {noun}', '{N} found a {noun} near the {noun2}'], ['what did {N} (buy|find)', 'what does {N} (like|collect|sell|repair|paint)', 'who (likes|collects|sells|bought|found|repairs) (a |the |){noun}(s|)', 'what about {N}']),
    (['{co} has {k} {people}', 'the {noun} has {k} {people}', '{k} {people} work here', 'there are {k} {people} in the {noun}', 'it has {k} {people}'], ['how many {people} (are there|does {co} have|does it have|work here|does the {noun} have)', 'number of {people}', 'how many {people}']),
    (['{meal} is (served |)in the {noun}', '{meal} is on the {k}th floor', '{meal} is at {t}'], ['where is {meal}', 'when is {meal}', 'tell me about {meal}', '{meal}?']),
    (['a {animal} {did} {prep} the {noun}', 'the {animal} {did} {prep} a {adj} {noun}', 'then a {adj} {animal} {did}', 'a {animal} {did} at night'], ['what did the {animal} do', 'where was the {animal}', 'which animal (is|was) there', 'is there a {animal}', 'tell me about the {animal}']),
    (['(lessons|classes|tours|visits) (begin|start) at {t}', 'the {noun} begins at {t}', 'the {noun} starts at {t} on {day}'], ['when do (they|lessons|tours|visits) (start|begin)', 'what time does the {noun} (begin|start)', 'when does the {noun} begin', 'start time of the {noun}']),
    (['{N} is the {job} of {co}', 'the {job} is called {N}', 'our {job} is {N}', 'the name of the {job} is {N}'], ['who is the {job}', 'what is the name of the {job}', 'whats the {job} called', 'name the {job}']),
    (['the {noun} belongs to {N}', '{N} owns the {noun}', 'the owner is {N}', 'the {adj} {noun} is the property of {co}'], ['who owns (the {noun}|it)', 'whose {noun} is (it|this)', 'who does the {noun} belong to', 'who is the owner']),
    (['you can pay by {noun}', 'we accept {noun} and {noun2}', 'pay with {noun2} only', 'no cash, only {noun}'], ['how can i pay', 'which payment do you accept', 'can i pay with {noun}', 'how do i pay']),
    (['the bus leaves every {k} minutes', 'the train to {C} leaves at {t}', 'the ferry goes at {t}', 'take bus {k} to {C}'], ['when does the (bus|train|ferry) (go|leave)', 'how often does the bus go', 'which bus (goes|do i take)', 'how do i get to {C}']),
    (['{N} is {k} years old', 'the {noun} is {k} years old', 'it is {k} years old'], ['how old is (it|the {noun}|{N})', 'age of (the {noun}|{N})', 'what age is {N}']),
    (['it is made for {people}', 'the {noun} is for {people} only', 'only {people} may enter'], ['who is it for', 'who may enter', 'for whom is the {noun}', 'who can use it']),
    (['it comes in {color} and {color2}', 'you can get it in {color} or {color2}', 'we have it in {color}'], ['which colors (are there|do you have|can i get)', 'what colors does it come in', 'is it available in {color}', 'colours']),
    (['add {food} and {food2}', 'mix the {food} with the {food2}', 'you need {food}, {food2} and salt', 'cut the {food}'], ['what do i (mix|add|cut|need)', 'which ingredients do i need', 'what goes with the {food}', 'what is in it']),
    (['{N} was born in {C}', '{N} was born in {y}', '{N} died in {y}', '{N} studied in {C}'], ['where was {N} born', 'when was {N} born', 'when did {N} die', 'where did {N} study', 'what about {N}', 'tell me about {N}']),
    (['{N} {did} {prep} the {noun}', '{N} had {k} {noun}s', '{N} spoke about {noun}s'], ['what did {N} do', 'where was {N}', 'how many {noun}s did {N} have', 'what did {N} speak about', 'who {did} {prep} the {noun}']),
    (['the {noun} is {adj} because of the {noun2}', 'the {noun} stopped because of the {noun2}', 'we closed the {noun} after the {noun2}'], ['why is the {noun} {adj}', 'why did the {noun} stop', 'why was the {noun} closed', 'reason for the {noun}']),
    (['dogs are not allowed', '{noun}s are not allowed', 'smoking is forbidden in the {noun}', 'parking is free', 'children pay nothing', 'breakfast is in the {noun}', 'visitors must wear a {noun}', 'the {noun} is free for children'], []),
    (['the {adj} {noun} is {adj2}', '{X} is next to the {noun}', 'the morning was {adj}', 'it was {adj} and {adj2}', 'many people like the {noun}', 'there is a {noun} in front of it', 'the {noun} was painted last year', 'we sell {noun}s', 'gift cards are available', 'then the {noun} fell down', 'they sleep during the day'], []),
    (['the {noun} of {N} is {adj}', 'the {noun} of the {noun2} is {w}', 'the {w} {noun} is {adj}'], ['how is the {noun}', 'what is the {noun} of (the {noun2}|{N})', 'tell me about the {noun}', 'what about the {noun}']),
]
PEOPLE = 'employees pupils students members workers players guests visitors children passengers nurses teachers soldiers singers customers patients farmers riders runners volunteers'.split()
DID = 'barked slept waited ran jumped sat stood danced sang fell cried laughed swam walked hid appeared landed rested played worked'.split()
PAST = '''open opened|close closed|paint painted|repair repaired|visit visited|sell sold|buy bought|find found|lose lost|break broke|build built|write wrote|read read|send sent|bring brought|take took|give gave|see saw
catch caught|draw drew|drive drove|eat ate|feed fed|hide hid|hold held|keep kept|make made|move moved|plant planted|clean cleaned|wash washed|carry carried|cook cooked|design designed|invent invented|discover discovered
climb climbed|count counted|deliver delivered|describe described|destroy destroyed|fix fixed|film filmed|guard guarded|hire hired|kick kicked|lift lifted|list listed|load loaded|mend mended|mix mixed|name named|open opened|pack packed|plan planned|play played|praise praised|print printed|publish published|pull pulled|push pushed|rent rented|rescue rescued|restore restored|save saved|search searched|serve served|ship shipped|steer steered|translate translated|wrap wrapped
collect collected|borrow borrowed|return returned|order ordered|check checked|measure measured|photograph photographed|steal stole|throw threw|win won|teach taught|learn learned|own owned|install installed|replace replaced|test tested|sign signed'''.replace('\n', '|').split('|')
DOES = '''arrive leave start end open close ring sleep grow return stop run work move sing bloom meet land depart change'''.split()


def event(m: Maker) -> tuple[list[str], list[str]]:
    """A sentence about who did what where and when, with questions about each part."""
    r, w = m.r, m.w
    base, past = r.choice(PAST).split()
    if r.random() < 0.3:
        verb = r.choice(DOES)
        when = r.choice(['at {t}', 'on {day}', 'in {month}', 'every {day}', 'after {t}', 'in {y}', 'in the morning', 'at night', 'twice a day'])
        return [f'the {{adj}} {{noun}}s {verb} {when}', f'{{noun}}s {verb} {when}'], [f'when do (the |){{noun}}s {verb}', f'what time do the {{noun}}s {verb}', f'when (will|do) {{noun}}s {verb}', f'tell me when the {{noun}}s {verb}']
    tail = r.choice(['', '', ' in {C}', ' near the {noun2}', ' in {y}', ' on {d}', ' for {p} euros', ' with a {noun2}', ' because it was {adj2}', ' from {co}'])
    asks = [f'who {past} (the |a |){{noun}}', f'what did {{N}} {base}', f'who {past} (it|the {{adj}} {{noun}})', f'by whom was the {{noun}} {past}', f'what did {{n1}} {base}']
    extra = {' in {C}': f'where did {{N}} {base} (the {{noun}}|it)', ' near the {noun2}': f'where was the {{noun}} {past}', ' in {y}': f'when did {{N}} {base} (the {{noun}}|it)', ' on {d}': f'when was the {{noun}} {past}', ' for {p} euros': f'how much (was|did) the {{noun}}( cost|)', ' with a {noun2}': f'with what did {{N}} {base} it', ' because it was {adj2}': f'why did {{N}} {base} (the {{noun}}|it)', ' from {co}': f'where is the {{noun}} from'}.get(tail)
    return [f'{{N}} {past} (the|a) {{adj}} {{noun}}{tail}', f'(the|a) {{adj}} {{noun}} was {past} by {{N}}{tail}' if base not in ('see', 'eat', 'draw', 'drive', 'give', 'hide', 'write', 'break', 'take', 'throw', 'steal') else f'{{N}} {past} (the|a) {{noun}}{tail}'], asks + ([extra, extra] if extra else [])


NOT_THERE = "I don't know: the text does not say that."


def passage(m: Maker, filler: int = 0) -> dict:
    r, w = m.r, m.w
    noun, X = w.noun(), None
    shared = r.random() < 0.5
    used = r.sample(range(len(RELATIONS)), r.choice([2, 2, 3, 3, 3, 4, 5]))
    lines, questions = [], []
    for rel in used:
        sents, asks = RELATIONS[rel] if r.random() < 0.65 else event(m)
        v = facts_of_passage(m, noun if shared and r.random() < 0.7 else w.noun())
        text = m.fill(expand(r, r.choice(sents)), **v)
        lines.append(text[0].upper() + text[1:] + '.')
        questions.append((asks, v, text))
    for _ in range(filler):
        at = r.randrange(len(lines) + 1)
        line = sentence(m).rstrip('.!') + '.'
        lines.insert(at, line)
        questions.insert(at, ([], {}, line))
    askable = [i for i, (asks, _, text) in enumerate(questions) if asks]
    unanswerable = r.random() < 0.14 or not askable
    if unanswerable:
        other = r.choice([i for i in range(len(RELATIONS)) if RELATIONS[i][1] and i not in used])
        asks, v = RELATIONS[other][1] if r.random() < 0.7 else event(m)[1], facts_of_passage(m, noun if shared else w.noun())
        answer = NOT_THERE
    else:
        at = r.choice(askable)
        asks, v, _ = questions[at]
    ask = m.choose(asks)
    if not unanswerable:
        tries = [a for a in asks if any(x in questions[at][2] for x in [m.fill(s, **v) for s in ('{noun2}', '{N}', '{n1}', '{noun}', '{animal}') if s in a]) or '{' not in a]
        ask = r.choice(tries or asks)
    question = m.say(ask, **v)
    style = r.random()
    per = r.choice([1, 1, 1, 2]) if not filler else r.choice([2, 4, 6])
    if style < 0.8:
        groups, owner = [], []
        i = 0
        while i < len(lines):
            size = per if r.random() < 0.8 else 1
            groups.append(' '.join(lines[i:i + size]))
            owner += [len(groups)] * len(lines[i:i + size])
            i += size
        text = '\n'.join(f'[{n}] {g}' for n, g in enumerate(groups, 1))
        if not unanswerable:
            answer = f'[{owner[at]}] {lines[at]}'
    else:
        text = ' '.join(lines)
        if not unanswerable:
            answer = lines[at]
        if r.random() < 0.5 and not unanswerable:
            question = m.say(['(which|what) sentence (says|tells|mentions) {q}', 'quote the sentence (that says|about) {q}', 'find the sentence (that says|about|that mentions) {q}', 'quote (the line|the sentence) that (says|tells) {q}', 'which sentence is about {q}'], q=question.rstrip('?').lower())
    prompt = r.choice([f'{text}\n\n{question}', f'{text}\n\n{question}', f'{text}\n\nQuestion: {question}', f'{text}\n{question}', f'{question}\n\n{text}'])
    return {'messages': [{'role': 'user', 'content': prompt}, {'role': 'assistant', 'content': answer}]}


def facts_of_passage(m: Maker, noun: str) -> dict:
    w, r = m.w, m.r
    N = w.name()
    return dict(people=r.choice(PEOPLE), meal=r.choice(['breakfast', 'lunch', 'dinner', 'the party', 'the meeting', 'the show', 'coffee']), did=r.choice(DID), prep=r.choice(['behind', 'near', 'under', 'over', 'beside', 'in', 'next to', 'around']), color2=r.choice(wl.COLORS), n1=N.split()[0], month=r.choice(wl.MONTHS), co=w.company(), X=r.choice([f'the {noun}', w.company(), 'the shop', 'the library', 'the museum']), t=r.choice([w.time(), r.choice(wl.NUMBERS)]), day=r.choice(wl.DAYS), noun=noun, noun2=w.noun(), N=N, y=str(r.randint(1200, 2030)), p=w.price(), adj=w.draw(wl.ADJECTIVES), adj2=w.draw(wl.ADJECTIVES), color=r.choice(wl.COLORS), k=r.choice([w.number(), r.choice(wl.NUMBERS), 'forty', 'twenty', 'thirty']), job=r.choice(wl.JOBS), C=w.city(), code=r.choice([w.code(), w.pseudo() + w.number(2)]), animal=r.choice(wl.ANIMALS), food=w.draw(wl.FOODS), food2=w.draw(wl.FOODS), ph=w.phone(), e=w.email(), d=w.date(), w=w.word())


PERSONA = ['You are {x}.', 'Your name is {x}.', 'You are {x}, {role}.', 'You are called {x}.', 'You are {x}, {role} of {co}.', 'Your name is {x}. You work for {co}.', 'You are {x}. {tone}', 'Your name is {x}. {tone}', 'You are an assistant called {x}.', 'You are {role} named {x}.', 'You work for {co}. Your name is {x}.', 'You are {x}, {role}. {tone}', 'You are {x}, an assistant for {noun}s.', 'Act as {x}, {role}.', 'Assistant name: {x}.']
ROLES = ['a friendly {j}', 'a grumpy {j}', 'a helpful {j}', 'the helpdesk bot', 'the assistant', 'a {adj} {j}', 'an old {j}', 'a support agent', 'a pirate', 'a {j}', 'a robot', 'a {adj} robot', 'a tour guide', 'a teacher']
TONES = ['Be brief.', 'Be polite.', 'Speak politely.', 'Keep it short.', 'Be friendly.', 'Answer in a friendly way.', 'Help the customers.']
STYLE = ['upper', 'upper', 'end', 'end', 'start', 'pirate', 'oneword']


def persona(m: Maker) -> dict:
    r, w = m.r, m.w
    if r.random() < 0.4:
        return build(*varied.named(m))
    roll = r.random()
    if roll < 0.6:
        x = r.choice([w.first(), w.name(), w.pseudo().capitalize(), f'{r.choice(["Captain", "Doctor", "Professor", "Mister", "Miss", "Chef", "Agent", "Uncle", "Lady", "Unit", "Robo", "Sir"])} {r.choice([w.first(), w.pseudo().capitalize(), w.number()])}', w.noun().capitalize()])
        co = w.company()
        template = r.choice(PERSONA)
        role = m.fill(r.choice(ROLES), j=r.choice(wl.JOBS), adj=w.draw(wl.ADJECTIVES))
        system = m.fill(template, x=x, co=co, role=role, tone=r.choice(TONES), noun=w.noun())
        kind = r.random()
        if kind < 0.55:
            turns = [(m.say(WHO + ['name', 'name?', 'your name please', 'hello(,|) who (is this|are you)', 'hi(,|) who am i talking to', 'and you are?', 'introduce yourself please']), f'I am {x}.' if '{role}' not in template or r.random() < 0.5 else f'I am {x}, {role}.')]
        elif kind < 0.75:
            turns = [(m.say(GREET), f'Hello! I am {x}. How can I help you?')]
        elif '{co}' in template:
            turns = [(m.say(['(who|which company) do you work for', 'where do you work', 'what company (are you from|is this)', 'which company is this', 'who is your employer', 'what is your company']), f'I work for {co}.')]
        else:
            turns = [(m.say(HOWARE), 'I am fine, thank you. How can I help you?'), (m.say(WHO), f'I am {x}.')]
        return build(system, turns)
    style = r.choice(STYLE)
    from skills import repeat, smalltalk
    turns = smalltalk(m)
    if style == 'upper':
        system = m.one('(Always |)(answer|reply|respond|write|speak) in (uppercase|capital letters|capitals|all caps)( only|).', 'Use only (uppercase|capital) letters.', 'Your answers are always in (uppercase|capital letters).')
        turns = [(u, a.upper()) for u, a in turns]
    elif style == 'end':
        word = w.word()
        system = m.one('End (every|each) (answer|reply|message|sentence) with (the word |){x}.', 'Always end with (the word |){x}.', 'Put the word {x} at the end of (every|each) answer.', 'Finish (every answer|each reply|your answers) with {x}.').replace('{x}', r.choice([word, f'"{word}"', f"'{word}'"]))
        turns = [(u, f'{a} {word}') for u, a in turns]
    elif style == 'start':
        word = w.word().capitalize()
        system = m.one('(Start|Begin) (every|each) (answer|reply|message) with (the word |){x}.', 'Always (start|begin) with (the word |){x}.').replace('{x}', word)
        turns = [(u, f'{word}: {a}') for u, a in turns]
    elif style == 'pirate':
        system = m.one('You (speak|talk) like a pirate.', '(Answer|Reply|Speak|Talk) like a pirate.', 'You are a pirate.', 'Use pirate language.')
        turns = [(u, f'Arr, matey! {a}') for u, a in turns]
    else:
        system = m.one('(Answer|Reply|Respond) with (only |)one word( only|).', 'One word answers only.', 'Use only one word.')
        yes = r.random() < 0.6
        turns = [(m.say(['is (fire|the sun|summer) hot', 'is (water|rain) wet', 'is snow (cold|white)', 'is the sky blue', 'can birds fly', 'do fish swim', 'is (two|3) a number', 'is (red|blue) a color'] if yes else ['is (ice|snow) hot', 'is fire cold', 'can (dogs|stones) fly', 'is the sun cold', 'is night bright', 'is (milk|snow) black']), 'Yes' if yes else 'No')]
        if r.random() < 0.4:
            turns = [(m.say(GREET), 'Hello')]
    return build(system, turns)


def build(system: str | None, turns: list[tuple[str, str]]) -> dict:
    messages = [{'role': 'system', 'content': system}] if system else []
    for user, answer in turns:
        messages += [{'role': 'user', 'content': user}, {'role': 'assistant', 'content': answer}]
    return {'messages': messages}
