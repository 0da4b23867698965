-- Checks over time: accounts that are gone, answers that have not changed, money, and mass falls.

alter table connection add column gone_since bigint;   -- the first look that found no account
alter table connection add column gone_looks bigint;   -- how many looks found none since then
alter table connection add column gone_at bigint;      -- since when it counts as gone: after three looks over a day

alter table connection add column unproven_generation bigint;  -- a refreshed token set whose account nobody compared yet

alter table observation add column etag text;          -- the platform's mark of the last answer

create table spending (
    platform text not null,
    month bigint not null,                             -- year and month in UTC, such as 202611
    micro_usd bigint not null,                         -- reserved and spent, in millionths of a US dollar
    told_at bigint,                                    -- when the operator was told that it is all spent
    constraint spending_pk primary key (platform, month)
);

create table fall (
    platform text not null,
    connection_id bigint not null,
    at bigint not null,                                -- when a rule last went from holds to fails by a check
    constraint fall_pk primary key (platform, connection_id)
);
create index fall_at on fall (platform, at);
create index hold_platform on hold (platform, decided_at);

-- What was linked before checks had a time gets one, a day after it was read last.
update connection set due_at = coalesce(verified_at, linked_at) + 86400000 where due_at is null;
