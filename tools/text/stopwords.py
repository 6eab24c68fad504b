"""Words that say nothing of what an English text is about."""

from __future__ import annotations

_WORDS = """
a about above across after again against all almost along already also although always am among an and another
any anyone anything are aren't around as at away back be because become becomes been before began behind being
below between both but by came can can't cannot come could couldn't did didn't do does doesn't doing don't
done down during each either else enough even ever every everyone everything few first for from full further
gave get gets getting give given go goes going gone good got great had hadn't has hasn't have haven't having
he he's her here hers herself him himself his how however i i'd i'll i'm i've if in instead into is isn't it
it's its itself just keep know known large last later least less let like likely little long look made make
makes making many may maybe me mean might mine more most much must my myself near nearly need never new next
no nobody none nor not nothing now of off often on once one ones only onto or other others our ours ourselves
out over own part perhaps put quite rather really right said same saw say says second see seem seemed seems
seen several shall she she's should shouldn't since small so some someone something sometimes soon still such
take taken than that that's the their theirs them themselves then there there's therefore these they they're
they've thing things think third this those though three through thus time to today together told too took
toward towards tried two under until up upon us use used uses using usually very want wanted wants was wasn't
way we we're we've well went were weren't what whatever when where whether which while who whole whom whose
why will with within without won't would wouldn't year years yes yet you you'd you'll you're you've your yours
yourself monday tuesday wednesday thursday friday saturday sunday
"""
STOPWORDS = frozenset(_WORDS.split())
