-- Ids and names are compared byte by byte: the ids of sessions sort by their start. Amounts are in US dollars, exact to the micro-dollar.
-- "record" is the line of turns.jsonl, character for character; "seq" is its number. "json" keeps what "jsonb" cannot hold, such as \u0000.

CREATE TABLE realtime_akka.sessions (
    id text COLLATE "C" PRIMARY KEY,
    started_at timestamptz NOT NULL,
    model text NOT NULL,
    asr_model text,
    source text NOT NULL,
    finished boolean NOT NULL,
    exit text,
    turns integer,
    duration_ms bigint NOT NULL,
    oob_usd numeric,
    asr_usd numeric,
    conversation_usd numeric,
    tasks_usd numeric,
    total_usd numeric,
    summary json,
    shipped_bytes bigint NOT NULL,
    shipped_lines integer NOT NULL,
    skipped_lines integer NOT NULL,
    shipped_at timestamptz NOT NULL
);

CREATE INDEX sessions_started_at ON realtime_akka.sessions (started_at);

-- Also the amendments of a turn; the view below has the last of each.
CREATE TABLE realtime_akka.turns (
    session text COLLATE "C" NOT NULL REFERENCES realtime_akka.sessions ON DELETE CASCADE,
    seq integer NOT NULL,
    turn integer NOT NULL,
    amended boolean NOT NULL,
    item_id text,
    source text,
    started_ms bigint,
    ended_ms bigint,
    words text,
    verdict text,
    confidence double precision,
    wer double precision,
    oob_status text NOT NULL,
    oob_text text,
    oob_latency_ms bigint,
    oob_usd numeric,
    asr_status text NOT NULL,
    asr_text text,
    asr_latency_ms bigint,
    asr_usd numeric,
    record json NOT NULL,
    PRIMARY KEY (session, seq)
);

CREATE VIEW realtime_akka.last_turns AS
    SELECT DISTINCT ON (session, turn) * FROM realtime_akka.turns ORDER BY session, turn, seq DESC;

CREATE TABLE realtime_akka.assistant (
    session text COLLATE "C" NOT NULL REFERENCES realtime_akka.sessions ON DELETE CASCADE,
    seq integer NOT NULL,
    response_id text,
    turn integer,
    status text NOT NULL,
    text text NOT NULL,
    heard_text text,
    heard_ms bigint NOT NULL,
    started_ms bigint,
    cost_usd numeric,
    record json NOT NULL,
    PRIMARY KEY (session, seq)
);

CREATE TABLE realtime_akka.tasks (
    session text COLLATE "C" NOT NULL REFERENCES realtime_akka.sessions ON DELETE CASCADE,
    seq integer NOT NULL,
    task text,
    turn integer NOT NULL,
    status text NOT NULL,
    id text,
    response_id text,
    text text,
    latency_ms bigint,
    cost_usd numeric,
    record json NOT NULL,
    PRIMARY KEY (session, seq)
);

-- What has no table of its own: tool, hearing, and types that a newer program writes.
CREATE TABLE realtime_akka.others (
    session text COLLATE "C" NOT NULL REFERENCES realtime_akka.sessions ON DELETE CASCADE,
    seq integer NOT NULL,
    type text NOT NULL,
    record json NOT NULL,
    PRIMARY KEY (session, seq)
);

-- What was paid for, once: "id" is the number of the turn for a transcript, the response for an answer, the record for a task.
CREATE TABLE realtime_akka.charges (
    session text COLLATE "C" NOT NULL REFERENCES realtime_akka.sessions ON DELETE CASCADE,
    purpose text NOT NULL,
    id text COLLATE "C" NOT NULL,
    seq integer NOT NULL,
    usd numeric,
    PRIMARY KEY (session, purpose, id)
);
