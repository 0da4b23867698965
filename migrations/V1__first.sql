-- The main path: people, their accounts, what servers ask, what was given, and the work it causes.
-- Ids are 63-bit numbers made by the program; moments are unix milliseconds; JSON is text.
-- Sealed columns hold what only the vault opens.

create table discord_user (
    id bigint not null,
    name text not null,
    locale text,
    tokens text,                      -- sealed token set; null once Discord took it back
    scopes text not null,
    obtained_at bigint not null,
    expires_at bigint,
    generation bigint not null,       -- grows with every token set; an older one cannot be written over a newer
    standing text not null,           -- good, needs_authorization
    profile_at bigint,                -- "show on my Discord profile", since
    messages_at bigint,               -- "message me", since
    wanted_at bigint,                 -- a role connection is wanted, since; null after the last unlink
    pushed text,                      -- the role connection Discord was given last, whole
    pushed_at bigint,
    guilds_at bigint,                 -- when the user's servers were read
    refresh_until bigint not null,    -- lease: who may refresh the token set
    refresh_lease text,
    created_at bigint not null,
    constraint discord_user_pk primary key (id)
);

create table connection (
    id bigint not null,
    user_id bigint not null,
    platform text not null,
    instance text not null,
    subject text not null,            -- the platform's immutable id
    username text not null,           -- shown only
    node text,                        -- a second immutable id some platforms read facts by
    tokens text,
    standing text not null,           -- good, needs_authorization, quarantined
    generation bigint not null,
    linked_at bigint not null,
    verified_at bigint,
    asked_at bigint,                  -- when the member last asked for a check
    due_at bigint,
    claimed_until bigint not null,
    claim_lease text,
    refresh_until bigint not null,
    refresh_lease text,
    constraint connection_pk primary key (id),
    constraint connection_account_once unique (platform, instance, subject),
    constraint connection_one_per_platform unique (user_id, platform, instance)
);
create index connection_due on connection (platform, due_at);

create table observation (
    connection_id bigint not null,
    request text not null,
    facts text not null,              -- values by fact, as JSON; the last known ones stay
    observed_at bigint,
    unknown_reason text,
    unknown_since bigint,
    constraint observation_pk primary key (connection_id, request)
);

create table session (
    id bigint not null,
    hash text not null,               -- SHA-256 of the cookie's value
    user_id bigint,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    constraint session_pk primary key (id),
    constraint session_hash_once unique (hash)
);
create index session_of_user on session (user_id);
create index session_expires on session (expires_at);

create table "authorization" (
    id bigint not null,
    state_hash text not null,
    session_id bigint not null,
    user_id bigint,                   -- null for a sign-in to Discord
    platform text not null,           -- "discord" for a sign-in
    instance text not null,
    verifier text not null,           -- sealed PKCE verifier
    return_to text not null,
    attempt_id bigint,
    created_at bigint not null,
    expires_at bigint not null,
    taken_at bigint,
    arrived_at bigint,                -- from here on it waits for the member's yes
    subject text,
    username text,
    node text,
    tokens text,
    constraint authorization_pk primary key (id),
    constraint authorization_state_once unique (state_hash)
);
create index authorization_session on "authorization" (session_id, platform);
create index authorization_expires on "authorization" (expires_at);

create table guild (
    id bigint not null,
    name text not null,
    owner_id bigint,
    settings text not null,
    locale text,
    log_channel bigint,
    roles text,                       -- as Discord told them last
    bot_roles text,
    roles_at bigint,
    joined_at bigint not null,
    left_at bigint,
    paused_at bigint,
    constraint guild_pk primary key (id)
);

create table guild_platform (
    guild_id bigint not null,
    platform text not null,
    disabled_at bigint,
    constraint guild_platform_pk primary key (guild_id, platform)
);

create table consent (
    user_id bigint not null,
    guild_id bigint not null,
    facts text not null,              -- JSON list of the facts agreed to
    shares_name_at bigint,
    agreed_at bigint not null,
    constraint consent_pk primary key (user_id, guild_id)
);
create index consent_guild on consent (guild_id);

create table rule (
    id bigint not null,
    guild_id bigint not null,
    number bigint not null,           -- what people call it; counts per server
    role_id bigint not null,
    criteria text not null,
    version bigint not null,
    grace bigint not null,            -- seconds between fails and the taking
    author bigint,                    -- null: the operator's command line
    observe_only_at bigint,
    disabled_at bigint,
    paused_at bigint,
    paused_reason text,
    created_at bigint not null,
    changed_at bigint not null,
    constraint rule_pk primary key (id),
    constraint rule_number_once unique (guild_id, number)
);

create table member (
    guild_id bigint not null,
    user_id bigint not null,
    roles text,                       -- JSON list, as seen last; null: never seen
    joined_at bigint,
    seen_at bigint,
    absent_at bigint,
    constraint member_pk primary key (guild_id, user_id)
);
create index member_user on member (user_id);

create table role_grant (
    guild_id bigint not null,
    user_id bigint not null,
    role_id bigint not null,
    rule_id bigint not null,
    version bigint not null,
    granted_at bigint not null,
    grace_until bigint,
    ended_by text,                    -- why it must go without grace: unlink, opt_out, erase
    taken_at bigint,
    taken_by text,                    -- rule_fails, no_rule, unlink, opt_out, by_hand, …
    constraint role_grant_pk primary key (guild_id, user_id, role_id)
);
create index role_grant_rule on role_grant (rule_id, granted_at);
create index role_grant_user on role_grant (user_id);

create table work (
    kind text not null,
    key text not null,
    user_id bigint,                   -- whom it is for, so that a page can wait for it
    version bigint not null,
    payload text not null,
    priority bigint not null,         -- 0 somebody waits, 1 background
    due_at bigint not null,
    claimed_until bigint not null,
    lease text,
    attempts bigint not null,         -- failures in a row
    claims bigint not null,           -- claims that neither finished nor merely waited; after the first, nobody knows how far it got
    last_error text,
    dead_at bigint,
    constraint work_pk primary key (kind, key)
);
create index work_due on work (priority, due_at);
create index work_user on work (user_id);

create table intent (
    id bigint not null,
    kind text not null,               -- give, take, push, forget, refresh
    user_id bigint not null,
    guild_id bigint,
    role_id bigint,
    rule_id bigint,
    version bigint,
    detail text not null,
    sent_at bigint not null,
    result text,
    ended_at bigint,
    constraint intent_pk primary key (id)
);
create index intent_open on intent (user_id, ended_at);
create index intent_rule on intent (rule_id, ended_at);  -- the brake counts what is on its way
create index intent_ended on intent (ended_at);

create table once (
    kind text not null,
    hash text not null,
    until bigint not null,
    constraint once_pk primary key (kind, hash)
);

create table hold (
    id bigint not null,
    rule_id bigint,
    platform text,
    plan text not null,               -- JSON: how many would go, out of how many
    held_at bigint not null,
    decided_at bigint,
    decided_by text,
    decision text,                    -- approved, rejected
    constraint hold_pk primary key (id)
);
create index hold_rule on hold (rule_id, decided_at);

create table departed (
    hash text not null,               -- keyed hash of platform, instance and subject
    user_hash text not null,
    at bigint not null,
    constraint departed_pk primary key (hash, user_hash)
);

create table audit (
    id bigint not null,
    guild_id bigint,
    user_id bigint,                   -- whom it is about
    actor text not null,              -- member, operator, rule, …
    what text not null,
    detail text not null,
    at bigint not null,
    constraint audit_pk primary key (id)
);
create index audit_user on audit (user_id);
create index audit_guild on audit (guild_id);

create table attempt (
    id bigint not null,
    platform text not null,
    session_id bigint,
    user_id bigint,
    network text not null,            -- keyed hash of the /24 or /64
    started_at bigint not null,
    ended_at bigint,
    outcome text,
    constraint attempt_pk primary key (id)
);
create index attempt_session on attempt (session_id, started_at);
create index attempt_user on attempt (user_id, started_at);
create index attempt_network on attempt (network, started_at);
create index attempt_started on attempt (started_at);

create table platform_setting (
    platform text not null,
    client_id text,
    client_secret text,
    disabled_at bigint,
    constraint platform_setting_pk primary key (platform)
);

create table fleet (
    name text not null,
    holder text,
    until bigint not null,
    payload text not null,
    constraint fleet_pk primary key (name)
);
