"""Calling functions: known ones in many wordings, made-up ones, the right one among several, and several requests about one list.

Tool objects have the API's own shape; the chat template writes them as compact lines.
"""
import json

import varied
import words as wl
from grammar import Maker, build, expand
from schemas import I, N, S, enum, typed
from slots import ROOMS, slots
from skills import smalltalk

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


HEADS = ['please ', 'can you ', 'could you ', 'hey, ', 'ok, ', 'now ', 'i want you to ', 'pls ', 'go ahead and ']
TAILS = [' please', ' pls', ' now', ' thanks', ' right now', ' for me', ', thank you', ' asap', '!', ' today', ' quickly', ' ok?']
IMPERATIVE = tuple('set start play convert turn switch check look cancel book reserve translate take save write search find order call track open create remind schedule add put send give run execute get make stop show'.split())


def dress(m: Maker, line: str, template: str) -> str:
    """Politeness and haste around a request; never after free text, where it could be part of the text."""
    r = m.r
    if r.random() < 0.12 and line.split()[0].lower() in IMPERATIVE:
        line = r.choice(HEADS) + line[0].lower() + line[1:]
    if r.random() < 0.2 and not template.rstrip('"').endswith(('{x}', '{v}', '{act}', '{sql}', '{expr}')) and line[-1] not in '?!.':
        line += r.choice(TAILS)
    return line


def bound(m: Maker, entry):
    """A known tool under one name, and a maker of requests for it."""
    names, descriptions, params, lines = entry
    r = m.r
    chosen = {slot: (r.choice(keys), schema) for slot, (keys, schema) in params.items()}
    always = [s for s in chosen if all('{' + s + '}' in line for line in lines)]
    required = [chosen[s][0] for s in chosen if s in always or r.random() < 0.3]
    spec = tool(r.choice(names), expand(r, r.choice(descriptions)), {key: schema for key, schema in chosen.values()}, required)

    def use():
        v, line = values(m), m.choose(lines)
        v.update({slot: r.choice(schema['enum']) for slot, (_, schema) in params.items() if 'enum' in schema})
        arguments = {chosen[s][0]: typed(v[s], chosen[s][1]) for s in chosen if '{' + s + '}' in line}
        return dress(m, m.say(line, **v), line), arguments
    return spec, use


def bound_made(m: Maker, verb: str = '', noun: str = ''):
    """A function nobody has seen; its later requests reuse the same words with other values."""
    v = values(m)
    spec, template, arguments = made_tool(m, v, verb, noun)
    first = (dress(m, m.say(template, **v), template), arguments)
    left = [first]

    def use():
        if left:
            return left.pop()
        fresh = values(m)
        again = dict(v, **{k: fresh[k] for k in ('v', 'k', 'c', 'n')})
        if 'place' in v:
            again['place'] = f'{m.w.draw(wl.ADJECTIVES)} {m.w.noun()}'
        made = {}
        for key, old in arguments.items():
            made[key] = next((typed(again[s], spec['function']['parameters']['properties'][key]) for s in ('v', 'k', 'place', 'opt') if s in v and str(v[s]) == str(old)), old)
        return dress(m, m.say(template, **again), template), made
    return spec, use


NEAR = [set(g.split()) for g in ('lookup_order cancel_order track_parcel refund_order', 'set_timer set_alarm add_reminder create_event create_note', 'send_email send_message call_contact add_contact transfer_money', 'get_weather get_time get_population set_temperature', 'search_documents web_search get_news find_recipe open_file delete_file list_files', 'find_flights book_hotel get_distance order_taxi book_table find_restaurant', 'set_light set_volume play_song set_temperature open_door lock_door set_brightness set_speed pause_music next_song', 'get_stock_price convert_currency calculate transfer_money buy_stock get_balance', 'translate create_note web_search get_definition send_message', 'open_ticket close_ticket assign_task create_note get_user')]


def tool_chat(m: Maker) -> dict:
    r = m.r
    pairs, taken = [], set()
    near = r.choice(NEAR) if r.random() < 0.3 else None
    first = r.randrange(len(varied.FUNCTIONS)) if near is None and r.random() < 0.7 else None
    alike = [] if first is None else varied.FUNCTIONS[max(0, first - 4):first + 5] if r.random() < 0.5 else varied.FUNCTIONS
    verb, noun = r.choice(VERBS) if r.random() < 0.3 else '', m.w.noun() if r.random() < 0.3 else ''
    for _ in range(r.choice([1, 2, 2, 2, 3, 3, 3, 4, 5])):
        if r.random() < 0.62:
            entry = r.choice(alike or [e for e in CATALOGUE if near is None or e[0][0] in near])
            spec, use = bound(m, entry)
            stems = set(entry[0])
        else:
            spec, use = bound_made(m, verb, '' if verb else noun)
            stems = {spec['function']['name']}
        if not stems & taken:
            taken |= stems
            pairs.append((spec, use))
    messages = []
    for _ in range(r.choice([1, 2, 3, 3, 4])):
        roll = r.random()
        if roll < 0.07:
            messages += build(None, smalltalk(m))['messages']
            continue
        spec, use = r.choice(pairs)
        line, arguments = use()
        messages += [{'role': 'user', 'content': line}, {'role': 'assistant', 'content': None, 'tool_calls': [{'type': 'function', 'function': {'name': spec['function']['name'], 'arguments': arguments}}]}]
        if r.random() < 0.25:
            keys = r.sample(RESULTS, r.choice([1, 1, 2]))
            result = {k: r.choice([m.w.word(), int(m.w.number()), m.w.time(), f'{m.w.number()}%', float(r.randint(1, 999)) / 10]) for k in keys}
            messages += [{'role': 'tool', 'content': json.dumps(result)}, {'role': 'assistant', 'content': 'The ' + ' and the '.join(f'{k} is {v}' for k, v in result.items()) + '.'}]
    return {'messages': messages, 'tools': [spec for spec, _ in pairs]}
