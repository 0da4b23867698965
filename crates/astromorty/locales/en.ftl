# Everything Astromorty says in English.
# Ids are grouped by page; `$…` are arguments, explained where their meaning is not plain.

## Amounts

span-years = { $count ->
    [one] { $count } year
   *[other] { $count } years
}
span-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
just-now = just now
ago = { $span } ago
# $year is text, so that no thousands stand apart in it.
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

## Every page

product = Astromorty
skip = Skip to content
account-label = Account
signed-in-as = Signed in as { $name }
connections = Connections
your-connections = Your connections
sign-in = Sign in with Discord
sign-out = Sign out
footer-label = About this site
footer-privacy = Privacy
footer-terms = Terms
footer-run = { $host } is run by its own operator. It is not part of Discord or of any platform you can link.

outcome-holds = met
outcome-fails = not met
outcome-unknown = not known

## Landing

landing-title = Your accounts, your roles
landing-heading = Link your accounts. Hold the roles you earned.
landing-lead = Prove an account of yours once, and Discord servers that you choose give you the roles that go with it. They stay true as your account changes.
landing-platforms = Link an account
landing-platforms-none = No platform is set up here yet. The operator can add one.
landing-link = Link { $platform }
landing-how = How it works
landing-step-one = Link
landing-step-one-text = Sign in to Discord and to the platform. Both sign-ins happen on their own sites; we never see a password.
landing-step-two = Choose
landing-step-two-text = Tick which servers may use what, and nothing is read before you do. Nothing is ticked for you.
landing-step-three = Hold
landing-step-three-text = Roles come by the server’s rules, and each one shows its reasons. An outage somewhere never costs you a role.
landing-privacy = What happens to your data
landing-privacy-text = A server’s admins learn whether their own rules hold for you, never the values behind it, and your account’s name only where you say so. Unlink at any time: the account and everything read from it are erased.
landing-privacy-more = Read the privacy page

## Confirm

confirm-title = Link { $platform }?
confirm-question = Link { $platform } { $account } to Discord { $discord }?
confirm-moves = This { $platform } account, { $account }, is linked to another Discord account here. If you link it, it moves: it becomes linked to { $discord }, the other Discord account loses it and the roles that came with it, and is told that it was moved by somebody who proved it.
confirm-not-you = If you did not start this yourself, or one of these names is not yours, choose Cancel.
confirm-servers = Which servers may use your { $platform } account?
confirm-servers-lead = Nothing is read from your account before you tick a box here. Admins see only whether their own rules hold, but they may move a rule’s threshold and so learn a value bit by bit.
confirm-servers-none = You and this bot share no server yet. You can link now and choose servers later.
confirm-servers-loading = Discord is still being asked for your servers. You can link now and find the rest on your connections page.
confirm-servers-unanswered = Discord did not tell us your servers. You can link now and choose servers later on your connections page.
confirm-reads = Its rules read: { $facts }.
confirm-reads-link = Its rules read only that an account is linked.
confirm-roles = Roles you could get here
confirm-use = May use these facts
confirm-use-hint = The rules of { $server } may read them, now and at later checks.
confirm-know = May know that it is linked
confirm-know-hint = The rules of { $server } may count on your { $platform } account.
confirm-name = May see my account’s name
confirm-name-hint = Admins of { $server } then see which { $platform } account is yours.
confirm-more = Anything else?
confirm-profile = Show on my Discord profile
confirm-profile-hint = Discord then shows your account’s name and these values to everyone, and servers can use them for linked roles: { $values }.
confirm-profile-hint-empty = Discord then shows your account’s name to everyone.
confirm-messages = Message me
confirm-messages-hint = The bot writes to you when you gain or lose a role, or when a link needs you.
confirm-nothing = If you tick nothing, the account is linked and that is all: nothing is read, no server learns anything and no role changes. You can choose at any time on your connections page.
confirm-link = Link accounts
confirm-cancel = Cancel
confirm-joined = { $account } on { $platform } and { $discord } on Discord

## Result

result-title = { $platform } is linked
result-lead = { $platform } { $account } belongs to Discord { $discord } now.
result-queued = Some of it is still on its way. It is stored and goes on by itself; nothing is lost.
result-discord-down = Discord does not answer right now. Your link is stored, and roles follow as soon as Discord is back; nothing is lost.
result-platform-down = { $platform } does not answer right now. Your link is stored, and its facts are read as soon as it is back; nothing is lost.
result-look-again = Look again
result-servers = Your roles
result-no-rules = This server has no rule for this account yet.
result-nothing = You ticked no server
result-nothing-text = Nothing was read from your account, no server learned anything and no role changes. Choose servers whenever you like on your connections page.
result-connections = Go to your connections

claim-title = Claim a linked role
claim-text = Linked roles are handed out by Discord itself, and you take them yourself:
claim-step-one = Open the server in Discord.
claim-step-two = Choose the server’s name at the top, then Linked Roles.
claim-step-three = Pick the role. Discord shows what it takes and gives it to you.
claim-open = Open Discord

## Roles: what became of one

role-given = You have this role now.
role-held = You hold this role.
role-give-queued = This role is on its way to you. It is stored; nothing is lost.
role-take-queued = This role will be taken back; Discord has not answered yet.
role-taken = This role was taken back.
role-not-met = You do not hold this role.
role-grace = What it takes does not hold any more. You keep the role until { $date }.
role-kept-unknown = You keep this role: what cannot be checked takes nothing away.
role-not-given-unknown = This role waits until its conditions can be checked.
role-not-ours = You hold this role from someone in the server; we leave it alone.
role-above-bot = You have earned this role, but it stands above the bot’s own role. An admin has to move the bot’s role up; then it comes by itself.
role-bot-missing = The bot is not in this server any more. The role follows if an admin invites it again.
role-bot-may-not = The bot may not manage roles here. An admin has to allow it; then the role comes by itself.
role-gone = This role was deleted in the server.
role-unsafe = This role gives power over others or is managed by Discord, so it is never given automatically.
role-braked = Changes to this role are on hold until an admin has looked at them.
role-paused = This rule is paused by the server’s admins; nothing changes.
role-observe-only = This rule is being tried out: it is checked, and gives nothing yet.
role-not-agreed = You have not agreed that this server’s rules read what they ask for.
role-not-member = You are not a member of this server.

## Facts: a name, and as `.is` a value of it

fact-other = { $name } on { $platform }
fact-value = { $fact }: { $value }

fact-discord-account-age = age of your Discord account
    .is = your Discord account is { $value } old
fact-discord-created-at = the day your Discord account was made
fact-discord-member-age = how long you have been in the server
    .is = you have been in the server for { $value }
fact-discord-joined-at = the day you joined the server

fact-github-account-age = age of your { $platform } account
    .is = account on { $platform } is { $value } old
fact-github-created-at = the day your { $platform } account was made
fact-github-followers = followers on { $platform }
    .is = { $value ->
        [one] { $value } follower
       *[other] { $value } followers
    } on { $platform }
fact-github-following = accounts you follow on { $platform }
    .is = { $value ->
        [one] { $value } account
       *[other] { $value } accounts
    } followed on { $platform }
fact-github-public-repos = public repositories on { $platform }
    .is = { $value ->
        [one] { $value } public repository
       *[other] { $value } public repositories
    } on { $platform }
fact-github-contributions-last-year = contributions on { $platform } in the last year
    .is = { $value ->
        [one] { $value } contribution
       *[other] { $value } contributions
    } on { $platform } in the last year
fact-github-merged-prs = merged pull requests in { $repo }
    .is = { $value ->
        [one] { $value } merged pull request
       *[other] { $value } merged pull requests
    } in { $repo }
fact-github-starred = whether you starred { $repo }
    .boolean-yes = you starred { $repo } on { $platform }
    .boolean-no = you have not starred { $repo } on { $platform }
fact-github-contributed = whether you contributed to { $repo }
    .boolean-yes = you contributed to { $repo } on { $platform }
    .boolean-no = you have not contributed to { $repo } on { $platform }
fact-github-org = whether you belong to { $name } on { $platform }
    .boolean-yes = you belong to { $name } on { $platform }
    .boolean-no = you do not belong to { $name } on { $platform }, or not publicly
fact-github-sponsors = whether you sponsor { $login } on { $platform }
    .boolean-yes = you sponsor { $login } on { $platform }
    .boolean-no = you do not sponsor { $login } on { $platform }, or not publicly

fact-oidc-groups = your groups on { $platform }
    .unknown-private = { $platform } does not tell your groups: ask those who run it to let them be told here; what you hold stays
fact-oidc-roles = your roles on { $platform }
    .unknown-private = { $platform } does not tell your roles: ask those who run it to let them be told here; what you hold stays
fact-oidc-email-verified = whether { $platform } has verified your e-mail address
    .boolean-yes = { $platform } has verified your e-mail address
    .boolean-no = { $platform } has not verified your e-mail address
    .unknown-private = { $platform } does not tell whether your e-mail address is verified: link again and allow it to be told; what you hold stays
fact-oidc-updated-at = the day your profile on { $platform } was changed last
    .unknown-private = { $platform } does not tell when your profile was changed: ask those who run it to let it be told here; what you hold stays
fact-oidc-profile-age = time since your profile on { $platform } was changed
    .is = your profile on { $platform } was changed { $value } ago
    .unknown-private = { $platform } does not tell when your profile was changed: ask those who run it to let it be told here; what you hold stays

fact-x-account-age = age of your { $platform } account
    .is = account on { $platform } is { $value } old
fact-x-created-at = the day your { $platform } account was made
fact-x-followers = followers on { $platform }
    .is = { $value ->
        [one] { $value } follower
       *[other] { $value } followers
    } on { $platform }
fact-x-following = accounts you follow on { $platform }
    .is = { $value ->
        [one] { $value } account
       *[other] { $value } accounts
    } followed on { $platform }
fact-x-posts = posts on { $platform }
    .is = { $value ->
        [one] { $value } post
       *[other] { $value } posts
    } on { $platform }
fact-x-verified = whether { $platform } shows you as verified
    .boolean-yes = { $platform } shows your account as verified
    .boolean-no = { $platform } does not show your account as verified

fact-steam-account-age = age of your { $platform } account
    .is = account on { $platform } is { $value } old
    .unknown-private = { $platform } hides the age of your account: set My profile to Public there; what you hold stays
fact-steam-created-at = the day your { $platform } account was made
    .unknown-private = { $platform } hides the age of your account: set My profile to Public there; what you hold stays
fact-steam-level = your level on { $platform }
    .is = level { $value } on { $platform }
    .unknown-private = { $platform } hides your level: set My profile to Public there; what you hold stays
fact-steam-games = games you own on { $platform }
    .is = { $value ->
        [one] { $value } game
       *[other] { $value } games
    } on { $platform }
    .unknown-private = { $platform } hides your games: set My profile and Game details to Public there; what you hold stays
fact-steam-hours = time played of app { $app } on { $platform }
    .is = { $value } played of app { $app } on { $platform }
    .unknown-private = { $platform } shows no playing time: set My profile and Game details to Public there, and do not keep your total playtime private; what you hold stays
fact-steam-hours-last-two-weeks = time played on { $platform } in the last two weeks
    .is = { $value } played on { $platform } in the last two weeks
    .unknown-private = { $platform } shows no playing time: set My profile and Game details to Public there, and do not keep your total playtime private; what you hold stays
fact-steam-vac-banned = VAC bans on { $platform }
    .boolean-yes = your { $platform } account has a VAC ban
    .boolean-no = your { $platform } account has no VAC ban
fact-steam-game-bans = game bans on { $platform }
    .is = { $value ->
        [one] { $value } game ban
       *[other] { $value } game bans
    } on { $platform }

## Reasons: one sentence per condition, without a full stop
# $is states the value, $fact names the fact, $threshold is what the rule asks for.

reason-all = all of these
reason-any = one of these
reason-at-least = at least { $least } of these { $of }; { $holding ->
    [0] none is met
    [one] { $holding } is met
   *[other] { $holding } are met
}
reason-linked = { $platform } account linked
reason-not-linked = no { $platform } account linked
reason-boolean-yes = { $fact }: yes
reason-boolean-no = { $fact }: no
reason-set-has = { $fact }: { $threshold } is there
reason-set-lacks = { $fact }: { $threshold } is not there

reason-integer-enough = { $is }, it takes { $threshold }
reason-integer-below = { $is }, it takes { $threshold }
reason-integer-over = { $is }, it takes more than { $threshold }
reason-integer-not-over = { $is }, it takes more than { $threshold }
reason-integer-within = { $is }, it takes { $threshold } or fewer
reason-integer-above = { $is }, it takes { $threshold } or fewer
reason-integer-under = { $is }, it takes fewer than { $threshold }
reason-integer-not-under = { $is }, it takes fewer than { $threshold }
reason-integer-equal = { $is }, it takes exactly { $threshold }
reason-integer-different = { $is }, it takes exactly { $threshold }
reason-integer-allowed = { $is }, it takes any other number than { $threshold }
reason-integer-excluded = { $is }, it takes any other number than { $threshold }

reason-duration-enough = { $is }, it takes { $threshold }
reason-duration-below = { $is }, it takes { $threshold }
reason-duration-over = { $is }, it takes more than { $threshold }
reason-duration-not-over = { $is }, it takes more than { $threshold }
reason-duration-within = { $is }, it takes { $threshold } or less
reason-duration-above = { $is }, it takes { $threshold } or less
reason-duration-under = { $is }, it takes less than { $threshold }
reason-duration-not-under = { $is }, it takes less than { $threshold }
reason-duration-equal = { $is }, it takes exactly { $threshold }
reason-duration-different = { $is }, it takes exactly { $threshold }
reason-duration-allowed = { $is }, it takes anything but { $threshold }
reason-duration-excluded = { $is }, it takes anything but { $threshold }

reason-datetime-enough = { $is }, it takes { $threshold } or later
reason-datetime-below = { $is }, it takes { $threshold } or later
reason-datetime-over = { $is }, it takes later than { $threshold }
reason-datetime-not-over = { $is }, it takes later than { $threshold }
reason-datetime-within = { $is }, it takes { $threshold } or earlier
reason-datetime-above = { $is }, it takes { $threshold } or earlier
reason-datetime-under = { $is }, it takes earlier than { $threshold }
reason-datetime-not-under = { $is }, it takes earlier than { $threshold }
reason-datetime-equal = { $is }, it takes exactly { $threshold }
reason-datetime-different = { $is }, it takes exactly { $threshold }
reason-datetime-allowed = { $is }, it takes any other time than { $threshold }
reason-datetime-excluded = { $is }, it takes any other time than { $threshold }

reason-text-equal = { $is }, it takes { $threshold }
reason-text-different = { $is }, it takes { $threshold }
reason-text-allowed = { $is }, it takes anything but { $threshold }
reason-text-excluded = { $is }, it takes anything but { $threshold }

reason-unknown-not-read = { $platform } has not been asked for this yet: { $fact }; what you hold stays
reason-unknown-not-agreed = you have not agreed that this server reads it: { $fact }; what you hold stays
reason-unknown-unavailable = { $platform } did not answer; what you hold stays
reason-unknown-rate-limited = { $platform } asks us to wait a little; what you hold stays
reason-unknown-budget = this month’s budget for asking { $platform } is spent; it goes on next month, and what you hold stays
reason-unknown-private-hint = { $platform } hides this of you: { $fact }. To change that, { $hint }; what you hold stays
reason-unknown-missing-scope-hint = { $platform } needs one more permission from you for this: { $fact }. To give it, { $hint }; what you hold stays
reason-unknown-private = { $platform } hides this of you: { $fact }. Make it public there; what you hold stays
reason-unknown-missing-scope = { $platform } needs one more permission from you for this: { $fact }. Link it again; what you hold stays
reason-unknown-needs-authorization = { $platform } asks you to sign in again; what you hold stays
reason-unknown-operator-key = this site’s own key for { $platform } does not work right now, the operator has to see to it; what you hold stays
reason-unknown-other-account = { $platform } answered for another account; what you hold stays
reason-unknown-too-old = what { $platform } told is too old for this rule and will be read again; what you hold stays
reason-unknown-held = checks at { $platform } are on hold until someone has looked; what you hold stays

## Dashboard

dashboard-title = Your connections
dashboard-lead = What is linked to Discord { $name }, who may use it, and why you hold a role or not.
dashboard-accounts = Linked accounts
dashboard-accounts-none = Nothing is linked yet. Choose a platform to begin.
dashboard-linked-on = Linked
dashboard-checked = Last checked
dashboard-checked-never = not yet
dashboard-check = Check now
dashboard-check-label = Check { $platform } { $account } now
dashboard-unlink = Unlink
dashboard-unlink-label = Unlink { $platform } { $account }
dashboard-no-token = We hold no key to this account. To take back the permission you gave, use its own settings:
dashboard-settings = settings at { $platform }
dashboard-sign-in-again = Sign in to { $platform } again
dashboard-more = Link another account
dashboard-servers = Servers
dashboard-servers-lead = Each server uses only what you tick. Admins see whether their own rules hold, never the values, though by moving a threshold they can learn a value bit by bit.
dashboard-servers-none = You and this bot share no server. Join one that uses it, or ask an admin of yours to invite it.
dashboard-servers-loading = Discord is still being asked for your servers. Load this page again in a moment.
dashboard-servers-unanswered = Discord did not tell us all of your servers. What you chose stays as it is.
dashboard-no-rules = This server has no rules yet.
dashboard-roles-of = Roles in { $server }
dashboard-why = Reasons
dashboard-reads = Reads: { $facts }.
dashboard-reads-nothing = Its rules read nothing yet.
dashboard-use = May use these facts
dashboard-name = May see my accounts’ names
dashboard-agree = Also agree to what its rules read now: { $facts }
dashboard-choices-of = What { $server } may do
dashboard-profile = Discord profile
dashboard-profile-show = Show on my Discord profile
dashboard-profile-hint = Everyone can then see your accounts’ names and the values below, and servers can use them for linked roles.
dashboard-profile-holds = What Discord holds of you
dashboard-profile-empty = Discord holds no value from here.
dashboard-profile-pushed = Sent { $ago }.
dashboard-profile-queued = A change is on its way to Discord.
dashboard-messages = Message me when a role changes or a link needs me
dashboard-save = Save choices
dashboard-data = Your data
dashboard-sessions = Sign out everywhere
dashboard-sessions-hint = Ends every session of yours, this one too.
dashboard-erase = Erase everything
dashboard-erase-hint = Unlinks all accounts and removes you from here. The next page asks once more.

dashboard-moved = Somebody proved that they own your { $platform } account and moved it to their Discord account. Roles that came with it are taken back. If it was not you, secure that account at { $platform }, then link it again.

standing-good = All is well
standing-not-read = Nothing read yet
standing-needs-authorization = Needs you to sign in again
standing-unavailable = The platform does not answer; your roles stay
standing-hidden = It hides something that a rule reads; your roles stay, and the rule says what to do
standing-account-gone = The platform says this account is gone; we look again before anything changes
standing-no-account = The platform said for a day that this account does not exist any more; what it showed does not count until it is back. You can unlink it.
standing-budget = This month's money for reading this platform is spent; your roles stay, and reading goes on next month
standing-held = Held for a look by the operator; your roles stay

notice-verified = Your Discord account is connected. Linked roles can be claimed now.
notice-checked = Checked just now. What you see is up to date.
notice-check-queued = The check is in line and runs by itself; look again in a moment.
notice-checked-already = This was checked a moment ago. Please wait a little before the next check.
notice-budget-spent = This month's money for reading this platform is spent. Nothing is read until next month; your roles stay.
notice-saved = Your choices are saved.
notice-unlinked = The account is unlinked, and what was read from it is erased.
notice-unlink-queued = The account is unlinked and erased. Roles that came with it go as soon as Discord answers.
notice-cancelled = Nothing was linked.
notice-signed-out = You are signed out. What is linked stays linked.
notice-sessions-ended = You are signed out everywhere.
notice-erased = Everything about you is erased here. Roles that came with it go as soon as Discord answers.

## Unlink, erase

unlink-title = Unlink { $platform }?
unlink-question = Unlink { $platform } { $account }?
unlink-text = The account, its name and everything read from it are erased here. A keyed hash stays, so that the same account cannot be passed around.
unlink-roles = These roles will go
unlink-roles-none = No role depends on this account.
unlink-no-token = We hold no key to this account. To take back the permission you gave, visit { $platform } afterwards:
unlink-yes = Unlink
unlink-no = Keep it

erase-title = Erase everything?
erase-question = Erase everything about you?
erase-text = This unlinks all your accounts, erases what was read from them, your choices and your sessions, and takes back every role we gave. Discord is asked to forget the permission you gave us. It cannot be undone, but you may start anew at any time.
erase-accounts = These accounts are unlinked
erase-roles = These roles will go
erase-kept = What stays: a keyed hash per account, and entries in servers’ logs without your name.
erase-yes = Erase everything
erase-no = Keep everything

role-in-server = in { $server }

## Trouble

trouble-happened = What happened
trouble-to-do = What to do
trouble-nothing-lost = Nothing was changed or lost.
trouble-roles-stay = What you hold stays; nobody loses a role over this.
trouble-retry = Try { $platform } again
trouble-connections = Go to your connections
trouble-start = Go to the start page

trouble-not-valid-title = This link is not valid any more
trouble-not-valid-what = It was used already, has run out after 10 minutes, or was opened in another browser than it was started in.
trouble-not-valid-next = Start again from your connections page, and finish in the same browser.
trouble-denied-title = { $platform } was not linked
trouble-denied-what = You said no at { $platform }, or closed its page.
trouble-denied-next = If that was not what you wanted, try again.
trouble-discord-denied-title = You are not signed in
trouble-discord-denied-what = You said no at Discord, or closed its page.
trouble-discord-denied-next = Without Discord there is nobody to link an account to. Sign in again whenever you like.
trouble-taken-title = This { $platform } account is already linked
trouble-taken-what = The { $platform } account belongs to another Discord account here. For their privacy we do not say whose.
trouble-taken-next = If it is yours too, sign in with that Discord account and unlink it there. Otherwise sign in to { $platform } with another account and link that.
trouble-platform-down-title = { $platform } does not answer
trouble-platform-down-what = { $platform } did not answer, or with something we could not read.
trouble-platform-down-next = Try again in a few minutes.
trouble-discord-down-title = Discord does not answer
trouble-discord-down-what = Discord did not answer, or with something we could not read.
trouble-discord-down-next = Try again in a few minutes.
trouble-bot-not-in-server-title = The bot is not in this server
trouble-bot-not-in-server-what = Roles can only be given where the bot is a member.
trouble-bot-not-in-server-next = Ask an admin of the server to invite it. Your link stays as it is.
trouble-role-above-bot-title = This role stands above the bot
trouble-role-above-bot-what = Discord lets a bot give only roles below its own.
trouble-role-above-bot-next = Ask an admin to move the bot’s role up in the server’s settings. The role then comes by itself.
trouble-too-many-title = Too many tries
trouble-too-many-what = There were many starts in a short time from you or your network.
trouble-too-many-next = Please wait { $wait }, then try again.
trouble-sign-in-title = Please sign in
trouble-sign-in-what = This page belongs to a signed-in member, and your session has ended or there was none.
trouble-sign-in-next = Sign in with Discord and open the page again.
trouble-forbidden-title = This was refused
trouble-forbidden-what = The form was too old, came from another site, or asked for something that is not yours.
trouble-forbidden-next = Open your connections page and try from there.
trouble-not-found-title = There is no such page
trouble-not-found-what = The address leads nowhere, or the page has moved.
trouble-not-found-next = Begin at the start page.
trouble-no-such-platform-title = This platform is not offered here
trouble-no-such-platform-what = No platform of that name can be linked on this site.
trouble-no-such-platform-next = The start page shows which ones can.
trouble-wrong-method-title = This page works another way
trouble-wrong-method-what = The address exists, but not for this kind of request.
trouble-wrong-method-next = Begin at the start page.
trouble-bad-request-title = This could not be read
trouble-bad-request-what = Your browser sent something that we could not read.
trouble-bad-request-next = Open your connections page and try from there.
trouble-unavailable-title = We cannot store anything right now
trouble-unavailable-what = Our database does not answer or is full. The operator is told.
trouble-unavailable-next = Try again in a few minutes.
trouble-internal-title = Something broke on our side
trouble-internal-what = A mistake of ours stopped this page. It is written down for the operator under { $reference }.
trouble-internal-next = Try again. If it happens again, tell the operator this reference.

## Long texts

privacy-title = Privacy
terms-title = Terms
