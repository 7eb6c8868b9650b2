"""Words by kind, for questions such as "which of these is an animal". No word is held out: a kind cannot be guessed
from spelling.
"""


def _split(text: str) -> list[str]:
    return sorted({word.strip() for word in text.replace('\n', ' ').split(' ') if word.strip()})


KINDS = {
    'animal': _split(
        """ant antelope ape baboon badger bat bear beaver bee beetle bison boar buffalo bull butterfly calf camel cat
        chicken cobra cow coyote crab crane crocodile crow deer dog dolphin donkey dove dragonfly duck eagle
        eel elephant elk falcon ferret finch flamingo fly fox frog gazelle gecko giraffe goat goose gorilla
        grasshopper gull hamster hare hawk hedgehog hen heron hippo horse hyena jackal jaguar jellyfish
        kangaroo kitten koala lamb lark leopard lion lizard lobster lynx magpie mole monkey moose mosquito
        moth mouse mule newt octopus ostrich otter owl ox panda panther parrot peacock pelican penguin pig
        pigeon pony puppy python rabbit raccoon ram rat raven reindeer rhino robin rooster salmon scorpion
        seal shark sheep shrimp skunk sloth snail snake sparrow spider squid squirrel stork swallow swan
        tiger toad trout tuna turkey turtle viper vulture walrus wasp weasel whale wolf wombat woodpecker
        worm yak zebra
        """
    ),
    'fruit': _split(
        """apple apricot avocado banana blackberry blueberry cherry coconut cranberry date fig gooseberry grape
        grapefruit guava kiwi lemon lime lychee mandarin mango melon nectarine orange papaya peach pear
        pineapple plum pomegranate quince raspberry strawberry tangerine watermelon
        """
    ),
    'vegetable': _split(
        'artichoke asparagus aubergine beetroot broccoli cabbage carrot cauliflower celery cucumber fennel garlic kale'
        ' leek lettuce onion parsnip pea potato pumpkin radish spinach turnip zucchini'
    ),
    'color': _split(
        'beige black blue brown crimson cyan gold gray green grey indigo ivory lavender magenta maroon navy orange pink'
        ' purple red scarlet silver teal turquoise violet white yellow'
    ),
    'tool': _split(
        'axe chisel clamp crowbar drill file hammer hoe ladle mallet pickaxe pliers rake sander saw screwdriver shovel'
        ' sickle spade spanner trowel wrench'
    ),
    'piece of furniture': _split(
        'armchair bed bench bookcase cabinet chair couch cradle cupboard desk dresser shelf sofa stool table wardrobe'
    ),
    'piece of clothing': _split(
        'apron blouse boots cap cardigan coat dress gloves hat hoodie jacket jeans mittens pajamas pants raincoat scarf'
        ' shirt shorts skirt socks suit sweater tie trousers vest'
    ),
    'vehicle': _split(
        'airplane ambulance bicycle boat bus canoe car ferry helicopter lorry moped motorbike scooter ship submarine'
        ' taxi tractor train tram truck van yacht'
    ),
    'musical instrument': _split(
        'accordion banjo bassoon cello clarinet drum fiddle flute guitar harmonica harp mandolin oboe organ piano'
        ' saxophone trombone trumpet tuba ukulele viola violin xylophone'
    ),
    'part of the body': _split(
        'ankle arm back cheek chin ear elbow eye face finger foot forehead hand head heel hip knee leg lip mouth neck'
        ' nose shoulder stomach thumb toe tongue tooth wrist'
    ),
    'drink': _split('beer cider cocoa coffee juice lemonade milk smoothie soda tea water whisky wine'),
    'food': _split(
        'bacon bread burger butter cake cheese cookie eggs ham lasagna noodles omelette pancake pasta pie pizza pudding'
        ' rice salad sandwich sausage soup steak stew sushi toast waffle yoghurt'
    ),
    'job': _split(
        'accountant actor architect baker barber blacksmith butcher carpenter cashier chef cleaner dentist doctor'
        ' driver electrician engineer farmer firefighter fisherman florist gardener judge lawyer librarian mechanic'
        ' miner musician nurse painter pharmacist pilot plumber postman sailor scientist singer soldier surgeon tailor'
        ' teacher translator vet waiter writer'
    ),
    'flower': _split(
        'carnation crocus daffodil daisy dandelion geranium hyacinth iris lilac lily marigold orchid peony poppy rose'
        ' sunflower tulip violet'
    ),
    'tree': _split(
        'ash beech birch cedar chestnut cypress elm fir hazel juniper larch maple oak palm pine poplar spruce sycamore'
        ' willow yew'
    ),
    'metal': _split('aluminium brass bronze copper gold iron lead nickel silver steel tin titanium tungsten zinc'),
    'sport': _split(
        'badminton baseball basketball boxing cricket cycling fencing football golf gymnastics handball hockey judo'
        ' rowing rugby sailing skiing soccer surfing swimming tennis volleyball wrestling'
    ),
    'room': _split('attic basement bathroom bedroom cellar garage hall kitchen lounge nursery office pantry study'),
    'day': 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(),
    'month': 'January February March April May June July August September October November December'.split(),
    'number': _split(
        'one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty hundred'
    ),
    'country': _split(
        """Algeria Angola Argentina Australia Austria Belgium Bolivia Brazil Bulgaria Canada Chile China Colombia
        Croatia Cuba Denmark Ecuador Egypt Estonia Ethiopia Finland France Germany Ghana Greece Hungary
        Iceland India Indonesia Iran Iraq Ireland Israel Italy Japan Jordan Kenya Korea Laos Latvia Lebanon
        Libya Lithuania Malaysia Mali Malta Mexico Mongolia Morocco Nepal Nigeria Norway Oman Pakistan Peru
        Poland Portugal Qatar Romania Russia Senegal Serbia Spain Sudan Sweden Switzerland Syria Thailand
        Tunisia Turkey Uganda Ukraine Uruguay Vietnam Zambia Zimbabwe
        """
    ),
    'language': _split(
        'Arabic Bengali Chinese Czech Danish Dutch English Estonian Finnish French German Greek Hebrew Hindi Hungarian'
        ' Icelandic Irish Italian Japanese Korean Latin Norwegian Persian Polish Portuguese Romanian Russian Spanish'
        ' Swahili Swedish Thai Turkish Ukrainian Vietnamese Welsh'
    ),
    'city': _split(
        'Amsterdam Athens Barcelona Beijing Berlin Boston Brussels Budapest Cairo Chicago Copenhagen Delhi Dublin'
        ' Edinburgh Geneva Hamburg Hanoi Havana Helsinki Istanbul Jakarta Kyoto Lagos Lima Lisbon London Madrid Manila'
        ' Melbourne Milan Montreal Moscow Mumbai Munich Nairobi Naples Oslo Paris Prague Rome Seattle Seoul Shanghai'
        ' Singapore Stockholm Sydney Tokyo Toronto Tunis Vienna Warsaw Zurich'
    ),
    'verb': _split(
        'bring build buy carry catch climb cook dance draw drink drive eat fly forget jump laugh learn listen read run'
        ' sell sing sit sleep speak swim teach think throw walk write'
    ),
    'adjective': _split(
        'angry beautiful bitter brave bright careful cheap clever cold dangerous deep dirty easy expensive fast gentle'
        ' happy heavy hungry lazy loud narrow noisy polite proud quiet rich sad shy slow strong sweet tall thin ugly'
        ' warm weak young'
    ),
    'time of day': _split('afternoon dawn dusk evening midnight morning night noon'),
    'season': _split('autumn spring summer winter'),
    'shape': _split('circle cone cube cylinder oval pyramid rectangle sphere square triangle'),
    'planet': _split('Earth Jupiter Mars Mercury Neptune Saturn Uranus Venus'),
    'family member': _split(
        'aunt brother cousin daughter father grandfather grandmother mother nephew niece sister son uncle'
    ),
    'feeling': _split('anger boredom fear grief happiness hate hope joy love pride sadness shame surprise'),
}
OTHERS = _split(
    'spoon pencil window cloud lamp river paper bottle rope idea wall bridge candle mirror door key letter stone sand'
    ' glass bag box road coin tent brick carpet pillow blanket towel soap ticket map stamp'
)
