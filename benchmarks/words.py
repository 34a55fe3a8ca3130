"""The words that made-up titles, names and synopses consist of, and a few movies that everybody knows."""

from __future__ import annotations

from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Famous(NamedTuple):
    """A real movie: its director first among the people, then who plays in it."""

    title: str
    year: int
    genre: str
    people: tuple[str, ...]
    original_title: str | None = None


FAMOUS = (
    Famous("The Shawshank Redemption", 1994, "Drama", ("Frank Darabont", "Tim Robbins", "Morgan Freeman")),
    Famous("The Godfather", 1972, "Crime", ("Francis Ford Coppola", "Marlon Brando", "Al Pacino")),
    Famous("Pulp Fiction", 1994, "Crime", ("Quentin Tarantino", "John Travolta", "Uma Thurman")),
    Famous("The Matrix", 1999, "Science Fiction", ("Lana Wachowski", "Keanu Reeves")),
    Famous("Forrest Gump", 1994, "Drama", ("Robert Zemeckis", "Tom Hanks")),
    Famous("Schindler's List", 1993, "Drama", ("Steven Spielberg", "Liam Neeson", "Ben Kingsley")),
    Famous("The Lord of the Rings: The Fellowship of the Ring", 2001, "Fantasy", ("Peter Jackson", "Elijah Wood")),
    Famous("Eternal Sunshine of the Spotless Mind", 2004, "Romance", ("Michel Gondry", "Jim Carrey", "Kate Winslet")),
    Famous("Amélie", 2001, "Romance", ("Jean-Pierre Jeunet", "Audrey Tautou"), "Le Fabuleux Destin d'Amélie Poulain"),
    Famous("Alien", 1979, "Horror", ("Ridley Scott", "Sigourney Weaver")),
    Famous("Heat", 1995, "Crime", ("Michael Mann", "Al Pacino", "Robert De Niro")),
    Famous("Casablanca", 1942, "Romance", ("Michael Curtiz", "Humphrey Bogart", "Ingrid Bergman")),
    Famous("Taxi Driver", 1976, "Crime", ("Martin Scorsese", "Robert De Niro", "Jodie Foster")),
    Famous("Dreams", 1990, "Fantasy", ("Akira Kurosawa", "Akira Terao"), "夢"),
    Famous("Seven Samurai", 1954, "Action", ("Akira Kurosawa", "Toshirō Mifune"), "七人の侍"),
    Famous("Inglourious Basterds", 2009, "War", ("Quentin Tarantino", "Brad Pitt", "Christoph Waltz")),
    Famous("Apocalypse Now", 1979, "War", ("Francis Ford Coppola", "Martin Sheen", "Marlon Brando")),
    Famous("The Silence of the Lambs", 1991, "Thriller", ("Jonathan Demme", "Jodie Foster", "Anthony Hopkins")),
    Famous("Terminator 2: Judgment Day", 1991, "Action", ("James Cameron", "Arnold Schwarzenegger")),
    Famous("Back to the Future", 1985, "Adventure", ("Robert Zemeckis", "Michael J. Fox")),
    Famous("Jurassic Park", 1993, "Adventure", ("Steven Spielberg", "Sam Neill", "Laura Dern")),
    Famous("The Usual Suspects", 1995, "Crime", ("Bryan Singer", "Kevin Spacey", "Gabriel Byrne")),
    Famous("Goodfellas", 1990, "Crime", ("Martin Scorsese", "Ray Liotta", "Robert De Niro")),
    Famous("Princess Mononoke", 1997, "Animation", ("Hayao Miyazaki", "Yōji Matsuda"), "もののけ姫"),
    Famous("Spirited Away", 2001, "Animation", ("Hayao Miyazaki", "Rumi Hiiragi"), "千と千尋の神隠し"),
    Famous("Léon: The Professional", 1994, "Thriller", ("Luc Besson", "Jean Reno", "Natalie Portman"), "Léon"),
    Famous("A Clockwork Orange", 1971, "Crime", ("Stanley Kubrick", "Malcolm McDowell")),
    Famous("2001: A Space Odyssey", 1968, "Science Fiction", ("Stanley Kubrick", "Keir Dullea")),
    Famous("Gladiator", 2000, "Action", ("Ridley Scott", "Russell Crowe")),
    Famous("Fight Club", 1999, "Drama", ("David Fincher", "Brad Pitt", "Edward Norton")),
    Famous("Star Wars: Episode IV - A New Hope", 1977, "Science Fiction", ("George Lucas", "Mark Hamill"), "Star Wars"),
    Famous("No Country for Old Men", 2007, "Thriller", ("Joel Coen", "Javier Bardem", "Josh Brolin")),
    Famous("WALL·E", 2008, "Animation", ("Andrew Stanton", "Ben Burtt")),
    Famous("Tokyo Story", 1953, "Drama", ("Yasujirō Ozu", "Chishū Ryū"), "東京物語"),
)

NOUNS = _words(
    """
    Night Man Love Day Life House City Woman World Girl Boy Story Heart King Time Dream Death Road River Child Father
    Mother Secret War Island Garden Summer Winter Shadow Light Fire Water Moon Sun Star Sky Mountain Sea Storm Train
    Stranger Brother Sister Son Daughter Wife Husband Friend Enemy Soldier Doctor Teacher Thief Killer Hunter Lady Queen
    Prince Devil Angel Ghost Monster Wolf Tiger Horse Dog Cat Bird Snake Spider Crow Lion Rose Tree Forest Desert Valley
    Bridge Door Window Mirror Letter Book Song Dance Game Party Wedding Funeral Summer Spring Autumn Morning Evening
    Sunday Monday Midnight Silence Voice Memory Promise Lie Truth Justice Crime Murder Trial Prison Escape Chase Journey
    Return Home Kingdom Empire Castle Tower Church School Hospital Hotel Station Harbour Ship Boat Plane Car Wheel Gun
    Sword Knife Bullet Blood Bone Skin Eye Hand Face Mask Crown Ring Gold Silver Iron Stone Glass Paper Salt Sugar Honey
    Bread Wine Coffee Apple Orange Lemon Cherry Snow Rain Wind Thunder Fog Smoke Dust Ash Sand Wave Tide Current Border
    Line Circle Square Corner Street Avenue Alley Village Town Farm Field Meadow Hill Cave Well Lake Pond Marsh Coast
    Clown Magician Painter Writer Singer Dancer Actor Captain Pilot Sailor Fisherman Farmer Butcher Baker Tailor Judge
    Lawyer Priest Nun Monk Saint Sinner Witness Suspect Detective Spy Agent Rebel Pirate Outlaw Sheriff Cowboy Gangster
    Orphan Twin Widow Bride Groom Guest Neighbour Tenant Landlord Servant Master Slave Prisoner Refugee Exile Pilgrim
    Engine Machine Clock Key Lock Rope Chain Ladder Lantern Candle Lamp Telephone Radio Camera Violin Piano Drum Trumpet
    Harvest Market Carnival Circus Theatre Museum Library Laboratory Factory Mine Quarry Lighthouse Windmill Orchard
    """
)
ADJECTIVES = _words(
    """
    Last Little Big Black White Red Blue Green Golden Dark Long Good Bad Old New Young Dead Lost Hidden Broken Silent
    Lonely Wild Crazy Perfect Secret Strange Beautiful Ugly Happy Sad Final First Second Third Great Small Deep High Low
    Hot Cold Warm Cruel Gentle Holy Wicked Innocent Guilty Brave Blind Bitter Sweet Bright Pale Crimson Scarlet Violet
    Empty Endless Eternal Immortal Invisible Impossible Forgotten Forbidden Fallen Rising Running Burning Frozen Stolen
    Haunted Hollow Hungry Idle Jealous Kind Lazy Mad Naked Noble Odd Open Ordinary Patient Plain Poor Proud Quiet Rich
    Rough Royal Savage Sharp Simple Sleeping Slow Smart Soft Solid Sour Steep Sudden Tall Tender Thin Tired Tiny Ugly
    Unknown Vain Vast Violent Weary Wise Wooden Wrong
    """
)
PLACES = _words(
    """
    Paris London Berlin Rome Vienna Prague Warsaw Moscow Tokyo Kyoto Seoul Shanghai Bombay Cairo Lagos Nairobi Havana
    Lima Chicago Boston Texas Nevada Alaska Brooklyn Venice Naples Lisbon Madrid Seville Athens Istanbul Tehran Sydney
    """
)
FIRST_NAMES = _words(
    """
    James Mary John Anna Robert Elena Michael Sofia David Laura William Emma Richard Julia Thomas Marta Paul Ingrid
    Astrid Hans Greta Karl Heidi Jean Marie Pierre Claire Luc Chloé André Zoé Marco Giulia Luca Chiara Paolo Elisa José
    Carmen Luis Pilar Jorge Inés João Rita Pedro Teresa Ivan Olga Sergei Natalia Dmitri Irina Akira Yuki Hiroshi Keiko
    Takeshi Haruka Min-jun Ji-woo Wei Li Ming Xiu Ravi Priya Arjun Asha Omar Layla Hassan Fatima Kwame Ama Chidi Ngozi
    """
)
SYLLABLES = _words(
    """
    ba be bo bra bri ca ce chi co da de di do dra du el en er fa fe fi flo ga ge gi go gra ha he hi ho il in ir ja jo ka
    ke ki ko kra la le li lo lu ma me mi mo na ne ni no nu or os pa pe pi po pra qui ra re ri ro ru sa se shi sha so sta
    ste stra ta te ti to tra tu un va ve vi vo wa we wi xa ya yo za ze zi zo
    """
)
COMMON = _words(
    """
    the a of and to in his her is with who for on by an from when their that but he she as at after into life young man
    woman love family must find
    """
)
OTHER_SCRIPTS = (
    (
        " ",
        _words(
            "любовь война мир дом ночь день город человек жизнь смерть сердце море зима лето брат сестра дорога свет"
        ),
    ),
    (" ", _words("αγάπη πόλεμος νύχτα μέρα θάλασσα ζωή πατέρας φως σκιά ήλιος δρόμος πόλη καρδιά τέλος αρχή")),
    ("", _words("七 人 の 侍 東京 物語 千 神 愛 戦争 夜 日本 海 花 火 男 女 夏 冬 青い 春 家族 母 父 君 風 谷")),
    (" ", _words("사랑 전쟁 밤 서울 여자 남자 바다 가족 엄마 겨울 여름 영화 시간 하늘 나의 너의 마지막 첫 집")),
    (" ", _words("حب حرب ليلة مدينة رجل امرأة بحر عائلة حياة موت قلب طريق شمس قمر باب")),
)
GENRES = {
    "Drama": 40,
    "Comedy": 26,
    "Documentary": 14,
    "Short": 12,
    "Romance": 10,
    "Action": 9,
    "Thriller": 9,
    "Horror": 7,
    "Crime": 7,
    "Adventure": 5,
    "Family": 5,
    "Animation": 5,
    "Fantasy": 3,
    "Mystery": 3,
    "Science Fiction": 3,
    "Music": 3,
    "Biography": 2,
    "History": 2,
    "War": 2,
    "Western": 1,
}
LANGUAGES = {
    "en": 45.0,
    "fr": 9.0,
    "es": 8.0,
    "de": 7.0,
    "ja": 6.0,
    "it": 5.0,
    "hi": 4.0,
    "ru": 3.0,
    "zh": 3.0,
    "ko": 2.0,
    "pt": 2.0,
    "sv": 1.0,
    "da": 1.0,
    "nl": 1.0,
    "ar": 0.7,
    "el": 0.5,
    "fi": 0.4,
    "is": 0.02,
}
