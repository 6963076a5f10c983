# bench runs every benchmark once, so that none of them rots, and fails when a
# benchmark that bench-goals.tsv names is gone. It judges no time: '.ci/bench' does.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$CI/postgres.sh"
trap postgres_stop EXIT

# Benchmarks of a store need its database, a throw-away one.
if git grep -q --untracked 'jackc/pgx' -- '*go.mod'; then postgres_start; fi
bash "$CI/bench" -smoke
