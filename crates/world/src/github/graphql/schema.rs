//! The part of GitHub's schema that this stand-in can answer honestly.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Scalar,
    Object(&'static str),
}

/// A field of a type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    pub(super) name: &'static str,
    pub(super) of: Of,
    /// Arguments that may be given.
    pub(super) arguments: &'static [&'static str],
    /// Arguments that must be given.
    pub(super) required: &'static [&'static str],
}

const fn scalar(name: &'static str) -> Definition {
    Definition { name, of: Of::Scalar, arguments: &[], required: &[] }
}

const fn object(name: &'static str, of: &'static str, arguments: &'static [&'static str]) -> Definition {
    Definition { name, of: Of::Object(of), arguments, required: &[] }
}

const fn lookup(name: &'static str, of: Of, required: &'static [&'static str]) -> Definition {
    Definition { name, of, arguments: required, required }
}

const PAGE: &[&str] = &["first", "last", "after", "before", "orderBy"];

const QUERY: &[Definition] = &[
    object("viewer", "User", &[]),
    lookup("node", Of::Object("Node"), &["id"]),
    lookup("nodes", Of::Object("Node"), &["ids"]),
    lookup("user", Of::Object("User"), &["login"]),
    lookup("organization", Of::Object("Organization"), &["login"]),
    object("rateLimit", "RateLimit", &["dryRun"]),
    Definition {
        name: "search",
        of: Of::Object("SearchResultItemConnection"),
        arguments: &["type", "query", "first", "last", "after", "before"],
        required: &["type", "query"],
    },
];

const USER: &[Definition] = &[
    scalar("id"),
    scalar("databaseId"),
    scalar("login"),
    scalar("name"),
    scalar("url"),
    Definition { name: "avatarUrl", of: Of::Scalar, arguments: &["size"], required: &[] },
    scalar("createdAt"),
    scalar("updatedAt"),
    scalar("isGitHubStar"),
    scalar("isCampusExpert"),
    scalar("isEmployee"),
    scalar("isViewer"),
    lookup("isSponsoredBy", Of::Scalar, &["accountLogin"]),
    lookup("organization", Of::Object("Organization"), &["login"]),
    object("followers", "FollowerConnection", PAGE),
    object("following", "FollowingConnection", PAGE),
    object("starredRepositories", "StarredRepositoryConnection", PAGE),
    object(
        "repositories",
        "RepositoryConnection",
        &["first", "last", "after", "before", "orderBy", "ownerAffiliations", "privacy"],
    ),
    object(
        "repositoriesContributedTo",
        "RepositoryConnection",
        &["first", "last", "after", "before", "orderBy", "contributionTypes", "privacy"],
    ),
    object(
        "pullRequests",
        "PullRequestConnection",
        &["first", "last", "after", "before", "orderBy", "states"],
    ),
    object("contributionsCollection", "ContributionsCollection", &["from", "to", "organizationID"]),
];

const TOTAL: &[Definition] = &[scalar("totalCount")];

const REPOSITORIES: &[Definition] = &[scalar("totalCount"), object("nodes", "Repository", &[])];

const CONTRIBUTIONS: &[Definition] = &[
    scalar("hasAnyContributions"),
    scalar("restrictedContributionsCount"),
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
        "User" => USER,
        "Organization" => &[const { scalar("id") }, const { scalar("login") }],
        "FollowerConnection" | "FollowingConnection" | "PullRequestConnection" => TOTAL,
        "RepositoryConnection" | "StarredRepositoryConnection" => REPOSITORIES,
        "Repository" => &[const { scalar("nameWithOwner") }],
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

/// Whether a thing of type `of` can also be of type `on`.
pub(super) fn overlaps(of: &str, on: &str) -> bool {
    let node = |name| matches!(name, "User" | "Organization" | "Repository");
    of == on || (of == "Node" && node(on)) || (on == "Node" && node(of))
}

/// Whether a field is a connection, which costs points.
pub(super) fn is_connection(of: Of) -> bool {
    matches!(of, Of::Object(name) if name.ends_with("Connection") || name == "ContributionsCollection")
}
