"""The same folding of titles and names, by one regular expression where translate() looked up each letter in a long list."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SPACED = '!"#$%&()*+,-/:;<=>?@[\\]^_{|}~–—―‐‑“”„«»‹›…¡¿·•・、。，．：！？「」『』（）【】《》〈〉〜～／＆'  # noqa: RUF001  (punctuation is meant)
DROPPED = "'’‘`´ʼʹ."  # noqa: RUF001  (as above)
FOLD = """
    CREATE OR REPLACE FUNCTION fold(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN coalesce(
        nullif(
            btrim(regexp_replace(
                translate(lower(unaccent('unaccent'::regdictionary, normalize(given, NFKC))), '{dropped}', ''),
                '[\\s{spaced}]+', ' ', 'g'
            )),
            ''
        ),
        lower(btrim(given))
    )
"""


def upgrade() -> None:
    # ":" is escaped too, as op.execute wants it
    spaced = "".join(f"\\{letter}" if letter.isascii() else letter for letter in SPACED)
    dropped = DROPPED.replace("'", "''")
    op.execute(FOLD.format(spaced=spaced, dropped=dropped))
