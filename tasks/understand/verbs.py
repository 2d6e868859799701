"""The words by which news prose ascribes speech, in six languages. Written for this project."""

from __future__ import annotations

import re

from tasks.understand.lexicon import word_set

_EN = """say says said saying tell tells told add adds added ask asks asked reply replies replied respond
responds responded answer answers answered explain explains explained note notes noted write writes wrote written
tweet tweets tweeted post posts posted announce announces announced declare declares declared warn warns warned
insist insists insisted argue argues argued claim claims claimed recall recalls recalled remember remembers
remembered shout shouts shouted yell yells yelled whisper whispers whispered mutter mutters muttered joke jokes
joked quip quips quipped admit admits admitted acknowledge acknowledges acknowledged concede concedes conceded
confirm confirms confirmed continue continues continued conclude concludes concluded state states stated testify
testifies testified stress stresses stressed emphasize emphasizes emphasized emphasise emphasises emphasised observe
observes observed remark remarks remarked comment comments commented complain complains complained lament laments
lamented suggest suggests suggested urge urges urged vow vows vowed promise promises promised predict predicts
predicted fume fumes fumed boast boasts boasted cry cries cried exclaim exclaims exclaimed recount recounts
recounted reflect reflects reflected reveal reveals revealed repeat repeats repeated counter counters countered
retort retorts retorted plead pleads pleaded reason reasons reasoned muse muses mused sigh sighs sighed laugh laughs
laughed believe believes believed think thinks report reports reported tells caution cautions cautioned advise
advises advised assert asserts asserted allege alleges alleged agree agrees agreed cite cites cited enthuse enthused
snap snaps snapped echo echoed mention mentions mentioned clarify clarified elaborate elaborated shared shares opine
opined chime chimed"""
_EN_FRAGMENT = """call calls called calling describe describes described describing denounce denounces denounced dismiss
dismisses dismissed label labels labelled labeled term terms termed brand brands branded characterize characterizes
characterized criticize criticized criticise criticised praise praises praised praising blast blasts blasted slam
slams slammed accuse accuses accused blame blames blamed condemn condemns condemned hail hails hailed tout touts
touted slamming condemning saying adding arguing warning claiming telling insisting noting writing explaining
accusing pledge pledged pledges demanded ruled deny denies denied"""
_DE = """sagte sagt erklärte erklärt betonte betont meinte meint schrieb schreibt fügte ergänzte ergänzt
berichtete berichtet kündigte teilte mitteilte warnte warnt forderte fordert kritisierte kritisiert antwortete
antwortet fragte fragt zitierte äußerte räumte so versicherte bestätigte lobte freute erzählt erzählte resümierte
verkündete"""
_FR = """dit déclaré déclare affirme affirmé explique expliqué ajoute ajouté estime estimé souligne souligné
assure assuré raconte raconté confie confié lance lancé précise précisé indique indiqué écrit répond répondu résume
témoigne martèle insiste insisté regrette déplore prévient martelé réagi réagit commente poursuit conclut rappelle"""
_ES = """dijo dice afirmó afirma aseguró asegura explicó explica señaló señala añadió añade agregó agrega declaró
declara sostuvo indicó indica comentó comenta manifestó expresó escribió advirtió apuntó subrayó destacó respondió
preguntó recordó insistió contó cuenta relató expuso"""
_IT = """detto dice dichiarato dichiara afferma affermato spiega spiegato aggiunge aggiunto sottolinea
sottolineato racconta raccontato commenta commentato ha scrive scritto conclude precisa precisato osserva ribadisce
ricorda risponde"""
_PT = """disse diz afirmou afirma explicou explica declarou declara acrescentou acrescenta contou conta escreveu
ressaltou destacou completou relatou comentou avaliou garantiu sublinhou referiu adiantou frisou respondeu lembrou"""

# Forms of theirs that are nouns or adjectives more often than verbs of speech ("the state", "a report", "comments").
_EN_NOUNS = """state post posts comment comments report reports answer answers note claim counter counters remark
remarks reason reasons laugh laughs promise promises vow vows cry cries demand demands hope hopes find rule ask fume
reveal reveals continue reflect reflects mention mentions believe think thinks advise boast joke"""

SPEECH = {
    "en": frozenset(_EN.split()) - frozenset(_EN_NOUNS.split()),
    "de": frozenset(_DE.split()),
    "fr": frozenset(_FR.split()),
    "es": frozenset(_ES.split()),
    "it": frozenset(_IT.split()) - {"ha"},
    "pt": frozenset(_PT.split()),
}
# Verbs that govern a quoted part of a sentence, not a whole utterance: "called it “…”".
FRAGMENT = (frozenset(_EN_FRAGMENT.split()) | SPEECH["en"]) - frozenset((_EN_NOUNS + " believes believed").split())
# Ambiguous with a noun or a verb that is not of speech: never the verb right behind "…," without a plain subject.
_TEXTS = (
    "statement|post|letter|tweet|message|email|e-mail|report|study|memo|release|note|filing|complaint|lawsuit|review"
)
TEXT_NOUN = re.compile(rf"\b(?:{_TEXTS})s?\b", re.IGNORECASE)


def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(
        r"(?<![\w’'-])(?:" + "|".join(sorted(words, key=len, reverse=True)) + r")(?![\w’'-])", re.IGNORECASE
    )


SPEECH_PATTERN = {language: _pattern(words) for language, words in SPEECH.items()}
PARTICIPLES = _pattern(
    word_set("saying adding noting insisting warning asking telling writing explaining arguing joking")
)
FRAGMENT_PATTERN = _pattern(FRAGMENT)
