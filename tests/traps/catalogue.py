"""What must be shown: the forty traps a naive sync falls into, and the thirty lines of the path that avoid them.

``WAITING`` names what has no test because what it is about does not exist yet; ``LACKS`` says which part of one that
has tests is still missing. Nothing else excuses an id from having a test.
"""

from __future__ import annotations

TRAPS = {
    "T1": "A number given out before the commit: what is committed late is skipped for ever.",
    "T2": "A cursor kept without its rows, or rows without their cursor, when the device dies in between.",
    "T3": "A page that ends inside a transaction; a screen that shows half of one before a pull reaches its heads.",
    "T4": "A device's clock used as cursor: acts of a slow one are behind everybody.",
    "T5": "A lost reply: the act is sent again and counts twice.",
    "T6": "The answer stored apart from the effect: a crash between them makes one of the two untrue.",
    "T7": "The same act's id with another content.",
    "T8": "One bad act stops everything behind it.",
    "T9": "A refusal inside a good answer taken for success: the act is gone and nobody is told.",
    "T10": "A portal's page or a proxy's error read as the server's answer.",
    "T11": "A sign-in that ran out read as a refusal of the acts.",
    "T12": "The server took it, the device's own disk failed: shown as a failure, or done twice.",
    "T13": "Two colleagues accept one swap offline.",
    "T14": "One approves what the other withdraws at the same moment.",
    "T15": "A limit checked against what another transaction is just changing; a lost race told as a refusal.",
    "T16": "Two shifts at once, across midnight or the change of the clocks.",
    "T17": "A whole record written back: a colleague's field is wiped.",
    "T18": "A chain of offline edits judged by its own last version instead of what its author had seen.",
    "T19": "A record that is gone comes back through an edit made offline.",
    "T20": "A right is lost, its rows stay on the device.",
    "T21": "A right is gained, the rows older than the cursor never come.",
    "T22": "A purge takes acts with it that were not sent.",
    "T23": "Another person signs in: the first one's acts are lost, sent as the other's, or seen by the other.",
    "T24": "An act arrives before the record it is about.",
    "T25": "A wrong clock blocks a person, or wins by being wrong.",
    "T26": "One clock years ahead poisons what everybody else writes after it.",
    "T27": "Acts of an older app wait on a device while the server is updated.",
    "T28": "The browser threw its storage away, and something still believes the old numbers.",
    "T29": "The browser says stored, the battery dies, and it was not.",
    "T30": "The disk is full: an act that was not stored is shown as recorded.",
    "T31": "Two tabs send one outbox, or one that froze holds the lock.",
    "T32": "A tab that is not the one that sends records an act and is closed.",
    "T33": "A reset that leads to the next reset: a device that fetches everything again and again.",
    "T34": "The server went back to an old copy: devices are ahead of it.",
    "T35": "What a socket says is taken for delivery: a lost frame is a lost row.",
    "T36": "A picture is named before its bytes are there, or its bytes outlive every name.",
    "T37": "A device's rows differ from the server's and nobody notices.",
    "T38": "Everybody comes back at the same minute.",
    "T39": "Fields that nobody declared, or that only the server writes, come in with an act.",
    "T40": "A tamper-evident log that is believed to show more than it does, or misses a cut.",
}

PATH = {
    "P1": "An act: canonical public head, private part under a commitment, position in neither.",
    "P2": "A chain: each link from the one before and the head's hash; one key each, naming what it follows.",
    "P3": "Recording: one strict transaction that numbers, links and stores; the server's own check before it.",
    "P4": "A push: one signature over everything but the bodies; 500 acts and 1 MiB at most.",
    "P5": "What only a frame can earn leaves no trace; the device halves, and an unsendable act goes as its hash.",
    "P6": "What is wrong inside an act is that act's decision: refused, parked, never a frame's fault.",
    "P7": "A repeat gets the decision that stands; the same id with another content is refused.",
    "P8": "A gap, a fork or a lost key begins a new chain behind the old end, heads unchanged.",
    "P9": "Certificates of the server's key, outside its database, prove a device and a sign-in for good.",
    "P10": "Without a sign-in only on a post's tablet, only declared kinds, only its people; and flagged.",
    "P11": "Rights are the actor's and dated; only what may lie behind a revocation or dismissal is held.",
    "P12": "A pull is the device's and the signed-in person's; codes to the device, reasons to the person.",
    "P13": "One database a person on a device, deleted when told or long unused; acts in the outbox stay.",
    "P14": "One transaction a push; a lost race runs again whole, any other failure act by act.",
    "P15": "Decide, log, apply: the same pure function in both languages, idempotent, reading nothing else.",
    "P16": "One leaf a decision with a running hash; releases, returns and erasures are leaves of their own.",
    "P17": "What is parked stays visible, and comes free with its cause or by a person, its followers in order.",
    "P18": "An act is at all times in one of six states that its author sees.",
    "P19": "Of two writes the provably earlier loses, else the later to arrive wins; one's own are no conflict.",
    "P20": "Commands go by order of arrival, and a transition that is logged stands.",
    "P21": "A page applies at its cursor alone, with it in one transaction, and ends where a transaction ends.",
    "P22": "Own acts leave the view when the heads are reached that came with their acknowledgement.",
    "P23": "Streams follow from the record; the newest version counts, the last stream to leave takes the row.",
    "P24": "A poke is a hint under the rights subscribed with; losing one is allowed.",
    "P25": "How long a record stays whole, and what shade is left, by the server's time.",
    "P26": "Sums per stream and expiry day find what went astray; that stream alone comes again.",
    "P27": "Complete to the anchor held when the end was read, never to the time of arrival.",
    "P28": "A signed stamp that contradicts the log proves that the database went back: one new epoch.",
    "P29": "What is given back counts as it was decided; revocations and erasures stand all the same.",
    "P30": "Erasing destroys what is personal, everywhere, and leaves every proof intact.",
}

IDS = TRAPS | PATH

WAITING = {
    "T36": "photos, which no kind of act carries yet",
}
"""Ids without a test, and what they wait for."""

LACKS = {
    "T13": "a constraint in the database beside the rule: who accepted is a field of one row, changed under a lock",
    "T15": "the monthly limit itself, which comes with the labour rules; shown is that a lost race is run again",
    "T20": "pictures, see T36",
    "T38": "five hundred devices at once in the tests: that is a long run of its own, `make storm`",
    "P11": "a person's month kept open by a held fact, which comes with the attendance rules",
}
"""What of an id that has tests has none yet."""
