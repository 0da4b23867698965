//! The part of GitHub's schema that this stand-in can answer honestly.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Scalar,
    Object(&'static str),
}

/// A field of a type, and its arguments with their types.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    pub(super) name: &'static str,
    pub(super) of: Of,
    pub(super) arguments: Arguments,
}

/// Names and types.
pub(super) type Arguments = &'static [(&'static str, &'static str)];

impl Definition {
    /// The type of an argument.
    pub(super) fn argument(&self, name: &str) -> Option<&'static str> {
        self.arguments.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The arguments that must be given.
    pub(super) fn required(&self) -> impl Iterator<Item = &'static str> {
        self.arguments.iter().filter(|(_, kind)| kind.ends_with('!')).map(|(name, _)| *name)
    }
}

const fn scalar(name: &'static str) -> Definition {
    Definition { name, of: Of::Scalar, arguments: &[] }
}

const fn asked(name: &'static str, arguments: Arguments) -> Definition {
    Definition { name, of: Of::Scalar, arguments }
}

const fn object(name: &'static str, of: &'static str, arguments: Arguments) -> Definition {
    Definition { name, of: Of::Object(of), arguments }
}

const LOGIN: Arguments = &[("login", "String!")];
const SIZE: Arguments = &[("size", "Int")];
const SPONSOR: Arguments = &[("accountLogin", "String!")];
const PAGE: Arguments = &[("first", "Int"), ("last", "Int"), ("after", "String"), ("before", "String")];

const QUERY: &[Definition] = &[
    object("viewer", "User", &[]),
    object("node", "Node", &[("id", "ID!")]),
    object("nodes", "Node", &[("ids", "[ID!]!")]),
    object("user", "User", LOGIN),
    object("organization", "Organization", LOGIN),
    object("repositoryOwner", "RepositoryOwner", LOGIN),
    object(
        "repository",
        "Repository",
        &[("owner", "String!"), ("name", "String!"), ("followRenames", "Boolean")],
    ),
    object("rateLimit", "RateLimit", &[("dryRun", "Boolean")]),
    object(
        "search",
        "SearchResultItemConnection",
        &[
            ("type", "SearchType!"),
            ("query", "String!"),
            ("first", "Int"),
            ("last", "Int"),
            ("after", "String"),
            ("before", "String"),
        ],
    ),
];

const REPOSITORIES_OF: Definition = object(
    "repositories",
    "RepositoryConnection",
    &[
        ("first", "Int"),
        ("last", "Int"),
        ("after", "String"),
        ("before", "String"),
        ("orderBy", "RepositoryOrder"),
        ("ownerAffiliations", "[RepositoryAffiliation]"),
        ("privacy", "RepositoryPrivacy"),
        ("isFork", "Boolean"),
    ],
);

const USER: &[Definition] = &[
    scalar("id"),
    scalar("databaseId"),
    scalar("login"),
    scalar("name"),
    scalar("url"),
    asked("avatarUrl", SIZE),
    scalar("createdAt"),
    scalar("updatedAt"),
    scalar("isGitHubStar"),
    scalar("isCampusExpert"),
    scalar("isEmployee"),
    scalar("isViewer"),
    asked("isSponsoredBy", SPONSOR),
    scalar("viewerIsSponsoring"),
    scalar("isSponsoringViewer"),
    object("organization", "Organization", LOGIN),
    object("followers", "FollowerConnection", PAGE),
    object("following", "FollowingConnection", PAGE),
    object(
        "starredRepositories",
        "StarredRepositoryConnection",
        &[
            ("first", "Int"),
            ("last", "Int"),
            ("after", "String"),
            ("before", "String"),
            ("orderBy", "StarOrder"),
        ],
    ),
    REPOSITORIES_OF,
    object(
        "repositoriesContributedTo",
        "RepositoryConnection",
        &[
            ("first", "Int"),
            ("last", "Int"),
            ("after", "String"),
            ("before", "String"),
            ("orderBy", "RepositoryOrder"),
            ("contributionTypes", "[RepositoryContributionType]"),
            ("includeUserRepositories", "Boolean"),
            ("privacy", "RepositoryPrivacy"),
        ],
    ),
    object(
        "pullRequests",
        "PullRequestConnection",
        &[
            ("first", "Int"),
            ("last", "Int"),
            ("after", "String"),
            ("before", "String"),
            ("states", "[PullRequestState!]"),
        ],
    ),
    object(
        "contributionsCollection",
        "ContributionsCollection",
        &[("from", "DateTime"), ("to", "DateTime"), ("organizationID", "ID")],
    ),
];

const ORGANIZATION: &[Definition] = &[
    scalar("id"),
    scalar("databaseId"),
    scalar("login"),
    scalar("name"),
    scalar("url"),
    asked("avatarUrl", SIZE),
    asked("isSponsoredBy", SPONSOR),
    scalar("viewerIsSponsoring"),
    scalar("isSponsoringViewer"),
    REPOSITORIES_OF,
];

const SPONSORABLE: &[Definition] =
    &[asked("isSponsoredBy", SPONSOR), scalar("viewerIsSponsoring"), scalar("isSponsoringViewer")];

const OWNER: &[Definition] =
    &[scalar("id"), scalar("login"), scalar("url"), asked("avatarUrl", SIZE), REPOSITORIES_OF];

const ACTOR: &[Definition] = &[scalar("login"), scalar("url"), asked("avatarUrl", SIZE)];

const REPOSITORY: &[Definition] = &[
    scalar("id"),
    scalar("databaseId"),
    scalar("name"),
    scalar("nameWithOwner"),
    scalar("url"),
    scalar("isPrivate"),
    scalar("isFork"),
    scalar("isEmpty"),
    scalar("stargazerCount"),
    object("owner", "RepositoryOwner", &[]),
    object("defaultBranchRef", "Ref", &[]),
];

const COMMIT: &[Definition] = &[
    scalar("id"),
    scalar("oid"),
    object(
        "history",
        "CommitHistoryConnection",
        &[
            ("author", "CommitAuthor"),
            ("first", "Int"),
            ("last", "Int"),
            ("after", "String"),
            ("before", "String"),
        ],
    ),
];

const TOTAL: &[Definition] = &[scalar("totalCount")];

const REPOSITORIES: &[Definition] =
    &[scalar("totalCount"), object("nodes", "Repository", &[]), object("pageInfo", "PageInfo", &[])];

const CONTRIBUTIONS: &[Definition] = &[
    scalar("startedAt"),
    scalar("endedAt"),
    scalar("hasAnyContributions"),
    scalar("hasAnyRestrictedContributions"),
    scalar("restrictedContributionsCount"),
    scalar("totalCommitContributions"),
    scalar("totalIssueContributions"),
    scalar("totalPullRequestContributions"),
    scalar("totalPullRequestReviewContributions"),
    object("contributionCalendar", "ContributionCalendar", &[]),
];

const RATE_LIMIT: &[Definition] = &[
    scalar("cost"),
    scalar("limit"),
    scalar("remaining"),
    scalar("used"),
    scalar("resetAt"),
    scalar("nodeCount"),
];

/// The fields of a type; `None` for a type that does not exist.
pub(super) fn fields(of: &str) -> Option<&'static [Definition]> {
    Some(match of {
        "Query" => QUERY,
        "Node" => &[const { scalar("id") }],
        "RepositoryOwner" => OWNER,
        "Sponsorable" => SPONSORABLE,
        "Actor" => ACTOR,
        "GitObject" => &[const { scalar("id") }, const { scalar("oid") }],
        "User" => USER,
        "Organization" => ORGANIZATION,
        "FollowerConnection"
        | "FollowingConnection"
        | "PullRequestConnection"
        | "CommitHistoryConnection" => TOTAL,
        "RepositoryConnection" | "StarredRepositoryConnection" => REPOSITORIES,
        "PageInfo" => &[const { scalar("hasNextPage") }, const { scalar("endCursor") }],
        "Repository" => REPOSITORY,
        "Ref" => {
            &[const { scalar("id") }, const { scalar("name") }, const { object("target", "GitObject", &[]) }]
        }
        "Commit" => COMMIT,
        "ContributionsCollection" => CONTRIBUTIONS,
        "ContributionCalendar" => &[const { scalar("totalContributions") }],
        "SearchResultItemConnection" => &[const { scalar("issueCount") }],
        "RateLimit" => RATE_LIMIT,
        _ => return None,
    })
}

/// One field of a type. Every type can say its name.
pub(super) fn field(of: &str, name: &str) -> Option<Definition> {
    if name == "__typename" {
        return Some(scalar("__typename"));
    }
    fields(of)?.iter().find(|field| field.name == name).copied()
}

/// Whether an object type is one that a type stands for: itself, or an interface that it has.
fn is(object: &str, of: &str) -> bool {
    object == of
        || match of {
            "Node" => ["User", "Organization", "Repository", "Ref", "Commit"].contains(&object),
            "RepositoryOwner" | "Sponsorable" | "Actor" => ["User", "Organization"].contains(&object),
            "GitObject" => object == "Commit",
            _ => false,
        }
}

/// Whether a thing of type `of` can also be of type `on`.
pub(super) fn overlaps(of: &str, on: &str) -> bool {
    let shared = |object: &&str| is(object, of) && is(object, on);
    of == on || ["User", "Organization", "Repository", "Ref", "Commit"].iter().any(shared)
}

/// Whether a field is a connection, which costs points.
pub(super) fn is_connection(of: Of) -> bool {
    matches!(of, Of::Object(name) if name.ends_with("Connection") || name == "ContributionsCollection")
}
