//! Laws of the pacer, against a Discord that counts in fixed windows and answers late.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::told::Count;
use super::*;

const PACE: u32 = 48;

fn at(millis: i64) -> Moment {
    Moment::from_millis(millis)
}

fn lane(guild: i64, route: Route) -> Lane {
    Lane { caller: Caller::Bot, guild: GuildId::new(guild).ok(), route }
}

fn bearer(number: u128) -> Lane {
    Lane { caller: Caller::Bearer(number), guild: None, route: Route::PutRoleConnection }
}

fn told(left: u32, limit: u32, reset: i64) -> Told {
    Told { bucket: Some(BucketName(7)), count: Some(Count { limit, left, reset: at(reset) }) }
}

fn go(pacer: &mut Pacer, lane: Lane, now: i64) -> Permit {
    match pacer.ask(lane, BACKGROUND, at(now)) {
        Turn::Go(permit) => permit,
        Turn::Wait(then) => panic!("asked at {now}, told to wait until {then:?}"),
    }
}

fn wait(pacer: &mut Pacer, lane: Lane, now: i64) -> i64 {
    match pacer.ask(lane, BACKGROUND, at(now)) {
        Turn::Go(_) => panic!("went at {now}"),
        Turn::Wait(then) => then.millis(),
    }
}

#[test]
fn of_an_unknown_bucket_one_call_goes_ahead() {
    let mut pacer = Pacer::new(PACE);
    let give = lane(1, Route::GiveRole);
    let probe = go(&mut pacer, give, 0);
    assert_eq!(wait(&mut pacer, give, 50), 50 + PROBE);
    pacer.answered(probe, told(9, 10, 5000), at(100));
    let _second = go(&mut pacer, give, 100);
    let _third = go(&mut pacer, give, 200);
}

#[test]
fn an_exhausted_bucket_waits_for_its_reset_and_others_go_on() {
    let mut pacer = Pacer::new(PACE);
    let give = lane(1, Route::GiveRole);
    let permit = go(&mut pacer, give, 0);
    pacer.answered(permit, told(0, 10, 5000), at(100));
    assert_eq!(wait(&mut pacer, give, 200), 5000);
    let _elsewhere = go(&mut pacer, lane(2, Route::GiveRole), 200);
    let _after = go(&mut pacer, give, 5000);
}

#[test]
fn routes_of_one_bucket_share_its_count() {
    let mut pacer = Pacer::new(PACE);
    let (give, take) = (lane(1, Route::GiveRole), lane(1, Route::TakeRole));
    // Another server has taught that both routes are one bucket.
    for (now, route) in [(0, Route::GiveRole), (50, Route::TakeRole)] {
        let permit = go(&mut pacer, lane(2, route), now);
        pacer.answered(permit, told(9, 10, 5000), at(now));
    }
    let permit = go(&mut pacer, give, 100);
    pacer.answered(permit, told(0, 10, 5000), at(150));
    assert_eq!(wait(&mut pacer, take, 200), 5000);
}

#[test]
fn a_lost_answer_may_have_been_counted() {
    let mut pacer = Pacer::new(PACE);
    let give = lane(1, Route::GiveRole);
    let permit = go(&mut pacer, give, 0);
    pacer.answered(permit, told(1, 10, 5000), at(100));
    let permit = go(&mut pacer, give, 200);
    pacer.unanswered(permit, at(300));
    assert_eq!(wait(&mut pacer, give, 400), 5000);
}

#[test]
fn f_04_a_global_limit_stops_its_caller_only() {
    let mut pacer = Pacer::new(PACE);
    let permit = go(&mut pacer, lane(1, Route::Guild), 0);
    pacer.limited(permit, Told::default(), (Reach::Credential, at(9000)));
    assert_eq!(wait(&mut pacer, lane(2, Route::Member), 100), 9000);
    let permit = go(&mut pacer, bearer(1), 100);
    pacer.limited(permit, Told::default(), (Reach::Everything, at(7000)));
    assert_eq!(wait(&mut pacer, bearer(2), 200), 7000);
    assert_eq!(wait(&mut pacer, lane(1, Route::Guild), 200), 9000);
}

#[test]
fn after_a_global_limit_the_pace_is_lower_and_recovers() {
    let mut pacer = Pacer::new(PACE);
    let permit = go(&mut pacer, lane(1, Route::Guild), 0);
    pacer.limited(permit, Told::default(), (Reach::Credential, at(1000)));
    let count = |pacer: &mut Pacer, from: i64| {
        let calls = (from..from + 10_000).filter(|&now| {
            let lane = lane(2 + now, Route::GiveRole);
            matches!(pacer.ask(lane, BACKGROUND, at(now)), Turn::Go(_))
        });
        calls.count()
    };
    let slower = count(&mut pacer, 2000);
    assert!((430..=450).contains(&slower), "{slower}");
    for round in 1..8 {
        count(&mut pacer, round * 400_000);
    }
    let recovered = count(&mut pacer, 9_000_000);
    assert!((475..=490).contains(&recovered), "{recovered}");
}

#[test]
fn the_pace_is_even_and_late_calls_catch_up() {
    let mut pacer = Pacer::new(PACE);
    // Wake-ups come up to 12 ms late.
    let mut sent = Vec::new();
    let mut now = 0;
    while now < 60_000 {
        let guild = i64::try_from(sent.len()).unwrap() + 1;
        match pacer.ask(lane(guild, Route::GiveRole), BACKGROUND, at(now)) {
            Turn::Go(_) => sent.push(now),
            Turn::Wait(then) => now = then.millis() + (now % 13),
        }
    }
    // 98 % of 48 a second, for a minute.
    assert!((2823..=2892).contains(&sent.len()), "{}", sent.len());
    assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= 11));
}

#[test]
fn those_sent_away_do_not_all_come_back_at_once() {
    let mut pacer = Pacer::new(PACE);
    let mut told: Vec<i64> = Vec::new();
    for guild in 1..=40 {
        if let Turn::Wait(then) = pacer.ask(lane(guild, Route::GiveRole), BACKGROUND, at(0)) {
            told.push(then.millis());
        }
    }
    assert!(told.windows(2).all(|pair| pair[1] - pair[0] >= 6), "{told:?}");
}

#[test]
fn two_thousand_roles_over_two_hundred_servers_meet_no_limit() {
    let mut pacer = Pacer::new(PACE);
    let mut discord = Windows { limit: 10, length: 10_000, open: BTreeMap::new() };
    // Due moment and server of each call that is still to be made.
    let mut work: BTreeSet<(i64, i64, i64)> = (0..2000).map(|number| (0, number % 200 + 1, number)).collect();
    let mut answers: Vec<(i64, Permit, Told)> = Vec::new();
    let mut arrivals = Vec::new();
    while let Some((now, server, number)) = work.pop_first() {
        answers.sort_by_key(|answer| std::cmp::Reverse(answer.0));
        while answers.last().is_some_and(|answer| answer.0 <= now) {
            let (then, permit, told) = answers.pop().unwrap();
            pacer.answered(permit, told, at(then));
        }
        match pacer.ask(lane(server, Route::GiveRole), BACKGROUND, at(now)) {
            Turn::Wait(then) => {
                work.insert((then.millis() + number % 3, server, number));
            }
            Turn::Go(permit) => {
                let arrival = now + 30 + number * 7919 % 21;
                arrivals.push(arrival);
                let guild = GuildId::new(server).unwrap();
                let (left, after) = discord.count(guild, arrival).expect("no 429");
                let answered = arrival + 30 + number * 104_729 % 21;
                answers.push((answered, permit, told(left, 10, answered + after)));
            }
        }
    }
    arrivals.sort_unstable();
    let crowded = arrivals.windows(51).any(|calls| calls[50] - calls[0] < 1000);
    assert!(!crowded, "more than 50 within a second");
    let took = arrivals[1999] - arrivals[0];
    assert!(took * 48 * 98 <= 2000 * 1000 * 100, "{took} ms");
}

#[test]
fn a_clock_set_back_does_not_stretch_the_waits() {
    let mut pacer = Pacer::new(PACE);
    let give = lane(1, Route::GiveRole);
    let permit = go(&mut pacer, give, 7_200_000);
    pacer.limited(permit, Told::default(), (Reach::Bucket, at(7_205_000)));
    let permit = go(&mut pacer, lane(2, Route::GiveRole), 7_200_100);
    pacer.unsent(permit);
    // An hour back.
    assert_eq!(wait(&mut pacer, give, 3_600_100), 3_605_000);
    let _elsewhere = go(&mut pacer, lane(3, Route::GiveRole), 3_600_200);
}

#[test]
fn n_49_a_million_users_fit_into_little_memory() {
    let mut pacer = Pacer::new(PACE);
    for user in 0..1_000_000 {
        let now = i64::try_from(user).unwrap();
        let permit = go(&mut pacer, bearer(user), now);
        pacer.answered(permit, told(4, 5, now + 3_600_000), at(now));
    }
    assert!(pacer.buckets.len() <= keeping::MANY, "{}", pacer.buckets.len());
    assert!(pacer.lanes.len() <= keeping::MANY, "{}", pacer.lanes.len());
    // About 200 bytes each.
    assert!(std::mem::size_of::<Bucket>() + std::mem::size_of::<BucketKey>() <= 144);
}

/// One thing that happens: after so long, a call of a server, by a person or not, answered after so long.
#[derive(Debug, Clone)]
struct Step {
    after: i64,
    guild: i64,
    person: bool,
    latency: i64,
    lost: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..60i64, 1..5i64, any::<bool>(), 1..400i64, 0..10u8).prop_map(
        |(after, guild, person, latency, lost)| Step {
            after,
            guild,
            person,
            latency,
            lost: lost == 0 && guild == 4,
        },
    );
    prop::collection::vec(step, 1..120)
}

/// Discord, counting per server in windows that begin with their first call.
struct Windows {
    limit: u32,
    length: i64,
    open: BTreeMap<GuildId, (i64, u32)>,
}

impl Windows {
    /// Counts a call; none when it is one too many.
    fn count(&mut self, guild: GuildId, now: i64) -> Option<(u32, i64)> {
        let window = self.open.entry(guild).or_insert((0, 0));
        if window.0 <= now {
            *window = (now + self.length, 0);
        }
        window.1 += 1;
        let left = self.limit.checked_sub(window.1)?;
        Some((left, window.0 - now))
    }
}

struct Simulation {
    pacer: Pacer,
    discord: Windows,
    now: i64,
    sent: Vec<i64>,
    waiting: BTreeMap<Ticket, Step>,
    answers: Vec<(i64, Permit, Answer)>,
    /// Servers of which an answer was lost.
    lossy: BTreeSet<GuildId>,
}

enum Answer {
    Told(Told),
    Limited(i64),
    Lost,
}

impl Simulation {
    fn send(&mut self, permit: Permit, step: &Step) -> Result<(), TestCaseError> {
        self.sent.push(self.now);
        let arrives = self.now + step.latency / 2;
        let answered = self.now + step.latency;
        let guild = permit.lane.guild.unwrap();
        let counted = self.discord.count(guild, arrives);
        let answer = match counted {
            _ if step.lost => Answer::Lost,
            Some((left, after)) => Answer::Told(told(left, self.discord.limit, answered + after)),
            None => Answer::Limited(answered + self.discord.length),
        };
        // What was lost can only be guessed.
        let known = !self.lossy.contains(&guild);
        prop_assert!(counted.is_some() || !known, "429 at {}", self.now);
        if step.lost {
            self.lossy.insert(guild);
        }
        self.answers.push((answered, permit, answer));
        Ok(())
    }

    fn answer(&mut self) {
        let due = |answer: &(i64, _, _)| answer.0 <= self.now;
        let (now, later): (Vec<_>, Vec<_>) = self.answers.drain(..).partition(due);
        self.answers = later;
        for (then, permit, answer) in now {
            match answer {
                Answer::Told(told) => self.pacer.answered(permit, told, at(then)),
                Answer::Limited(until) => {
                    let bucket = Told { count: None, ..told(0, 1, 0) };
                    self.pacer.limited(permit, bucket, (Reach::Bucket, at(until)));
                }
                Answer::Lost => self.pacer.unanswered(permit, at(then)),
            }
        }
    }

    fn people(&mut self) -> Result<(), TestCaseError> {
        for (ticket, step) in self.waiting.clone() {
            let lane = lane(step.guild, Route::GiveRole);
            if let Turn::Go(permit) = self.pacer.ask(lane, ticket, at(self.now)) {
                self.pacer.leave(ticket);
                self.waiting.remove(&ticket);
                self.send(permit, &step)?;
            }
        }
        Ok(())
    }

    fn background(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let lane = lane(step.guild, Route::GiveRole);
        let ready = |waiting: &Step, pacer: &Pacer| {
            let key = pacer.key(super::tests::lane(waiting.guild, Route::GiveRole));
            pacer.closed_until(key, at(self.now)).is_none()
        };
        let overtaken =
            self.waiting.values().any(|waiting| waiting.guild == step.guild || ready(waiting, &self.pacer));
        if let Turn::Go(permit) = self.pacer.ask(lane, BACKGROUND, at(self.now)) {
            prop_assert!(!overtaken, "background went before a person at {}", self.now);
            self.send(permit, step)?;
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn no_call_is_one_too_many_and_no_person_is_overtaken(
        steps in steps(),
        limit in 1..12u32,
        length in 200..4000i64,
        pace in 1..60u32,
    ) {
        let mut world = Simulation {
            pacer: Pacer::new(pace),
            discord: Windows { limit, length, open: BTreeMap::new() },
            now: 0,
            sent: Vec::new(),
            waiting: BTreeMap::new(),
            answers: Vec::new(),
            lossy: BTreeSet::new(),
        };
        for step in &steps {
            world.now += step.after;
            world.answer();
            if step.person {
                let ticket = world.pacer.join(lane(step.guild, Route::GiveRole));
                world.waiting.insert(ticket, step.clone());
            } else {
                world.background(step)?;
            }
            if step.latency % 2 == 0 {
                world.people()?;
            }
        }
        // Everybody gets their turn.
        let patience = world.now + 120 * (length + 1000);
        while !world.waiting.is_empty() && world.now < patience {
            world.now += 23;
            world.answer();
            world.people()?;
        }
        prop_assert!(world.waiting.is_empty(), "{} still wait", world.waiting.len());
        let full = usize::try_from(pace).unwrap();
        for burst in world.sent.windows(full + 1) {
            prop_assert!(burst[full] - burst[0] >= 1000, "more than {pace} within {burst:?}");
        }
    }
}
