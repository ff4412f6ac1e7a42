"""Which passwords somebody may be given: NIST SP 800-63B-4, section 3.1.1.2.

Long enough, and none of those that are tried first. No rule says which characters are in it, and none gets too old.
"""

from __future__ import annotations

from proofkey.core.secret import Password

SHORTEST = 8  # characters
ADVISED = 15  # characters, where the password is the only factor, as it is here
LONGEST = 1024  # characters

# The first guesses of eight characters and more; the throttle (`server/throttle.py`) leaves little time for others.
_TRIED_FIRST = """
00000000 01234567 0123456789 0987654321 11111111 11223344 12121212 12312312 123123123 12341234 123454321 12345678
123456780 123456789 1234567890 123456789a 123456789q 12345678a 1234567q 1234abcd 123qweasd 12qwaszx 147258369 1q2w3e4r
1q2w3e4r5t 1qaz2wsx 1qazxsw2 87654321 88888888 987654321 9876543210 a1234567 a12345678 a123456789 a1b2c3d4 aa123456
aaaaaaaa abc12345 abcd1234 abcdefg1 abcdefgh admin123 admin1234 admin12345 adminadmin administrator alexander
asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl babygirl baseball basketball blink182 butterfly changeit changeme
changeme1 changeme123 charlie1 chocolate computer corvette dragon123 elephant facebook football football1 freedom1
guest123 hello123 helloworld iloveyou iloveyou1 internet jennifer jordan23 letmein1 letmein123 liverpool login123
manchester master123 maverick michelle midnight monkey123 mustang1 p@ssw0rd p@ssword passw0rd password password!
password0 password01 password1 password1! password12 password123 password1234 password2 passwort princess princess1
q1w2e3r4 q1w2e3r4t5 qazwsxedc qwaszx12 qwer1234 qwerasdf qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop root1234
samantha secret123 starwars starwars1 sunshine sunshine1 superman superman1 test1234 test12345 testtest trustno1
user1234 welcome1 welcome123 whatever zaq12wsx zxcvbnm1 zxcvbnm123
"""


def unfit(password: Password, username: str = "") -> str | None:
    """Say in a sentence why this cannot be the password of this person, or give None where it can."""
    if len(password) < SHORTEST:
        return f"a password has at least {SHORTEST} characters; {ADVISED} and more are better, such as a few words"
    if len(password) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    plain = password.reveal().casefold()
    if plain in _TRIED_FIRST.split() or len(set(plain)) == 1:
        return "this password is one of those that are tried first; choose another, such as a few words"
    if plain == username.casefold():
        return "the user name is no password: everybody may know it"
    return None
