create table sweeps (                           -- rules run over comments that were published before them
    id UUID primary key,
    title TEXT not null references titles (id),
    since BIGINT not null,                      -- comments written from then on were judged
    rules TEXT not null,                        -- JSON: the ids of the rules that might hold; [] for all
    swept_by UUID,                              -- an account, or null for the operator
    swept_at BIGINT not null,
    undone_by UUID,
    undone_at BIGINT
);

create index sweeps_newest on sweeps (title, swept_at, id);

create table sweep_holds (                      -- what each of them held, and what an undo puts back
    sweep UUID not null references sweeps (id),
    comment UUID not null references comments (id),
    revision BIGINT not null,                   -- of the comment, as the sweep left it
    former_verdict UUID not null,
    primary key (sweep, comment)
);
