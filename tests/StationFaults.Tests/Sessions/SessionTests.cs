using System.Collections.Concurrent;
using System.Globalization;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.StationFaults.Tests.Injection;
using Xunit.Abstractions;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>
/// Whole sessions in which one statement of one station throws: nothing is lost, doubled or charged twice, and nothing hangs.
/// STATION_FAULT_RUNS sets the number of random statements (<c>all</c> for each one), STATION_FAULT_SEED the seed.
/// </summary>
public sealed class SessionTests(UndisturbedCalls undisturbed, ITestOutputHelper output) : IClassFixture<UndisturbedCalls>
{
    private static readonly string Runs = Environment.GetEnvironmentVariable("STATION_FAULT_RUNS") is { Length: > 0 } runs ? runs : "60";
    private static readonly int Seed = Environment.GetEnvironmentVariable("STATION_FAULT_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture) : 1;

    private const string AfterAFault = "received only when a station has failed";
    private const string OfTheProcess = "belongs to no session";
    private const string NobodyAsks = "nothing in the program sends it";
    private const string OfATelephone = "only a call of a telephone has it";
    private const string OfATerminal = "a person at a terminal sends it";
    private const string OfACluster = "only a tenant with a budget sends it, which a node of a cluster has";
    private const string Timing = "needs messages to cross within microseconds";

    // Handlers that no call reaches, with the reason.
    private static readonly Dictionary<string, string> NotReached = new()
    {
        ["SessionActor.ReceiveFromStations: SessionMessages.StationFailed"] = AfterAFault,
        ["SessionActor.ReceiveFromStations: Terminated"] = AfterAFault,
        ["SocketActor.new: Terminated"] = AfterAFault,
        ["ConnectionActor.new: ConnectionMessages.Close"] = Timing,
        ["ConnectionActor.Open: Status.Failure"] = "needs a line that throws when it is read or closed",
        ["TaskActor.new: TaskMessages.Demand"] = NobodyAsks,
        ["TasksActor.new: TaskMessages.Demand"] = NobodyAsks,
        ["TurnCoordinatorActor.ReceiveFromStations: TurnMessages.KeyPressed"] = OfATelephone,
        ["TurnCoordinatorActor.ReceiveFromStations: TurnMessages.Leave"] = OfATelephone,
        ["MicActor.new: MicMessages.Control"] = OfATerminal,
        ["SessionActor.ReceiveFromStations: MicMessages.Control"] = OfATerminal,
        ["CallsActor.new: CallsActor.Control"] = OfATerminal,
        ["SessionActor.ReceiveFromStations: LedgerMessages.OfTenant"] = OfACluster,
        ["CostLedgerActor.new: LedgerMessages.OfTenant"] = OfACluster,
        ["CallsActor.new: CallsActor.OfTenant"] = OfACluster,
        ["CallsActor.new: CallsActor.Admit"] = OfTheProcess,
        ["CallsActor.new: CallsActor.Withdraw"] = OfTheProcess,
        ["CallsActor.new: CallsActor.Start"] = OfTheProcess,
        ["CallsActor.new: CallsActor.Stop"] = OfTheProcess,
        ["CallsActor.new: CallsActor.Abandon"] = OfTheProcess,
        ["CallsActor.new: CallsActor.GetStatus"] = OfTheProcess,
        ["CallsActor.new: CallsActor.Drain"] = OfTheProcess,
        ["CallsActor.new: CallsActor.TimeIsUp"] = OfTheProcess,
        ["CallsActor.new: SessionMessages.Ended"] = OfTheProcess,
        ["CallsActor.new: Terminated"] = OfTheProcess,
    };

    // Stopped and replaced by a new actor when they fail.
    private static readonly string[] Replaced = ["ConnectionActor", "TaskActor", "ActionActor"];

    // The judge's violations for a message that was given up and counted.
    private static readonly string[] Counted = ["The summary charges", "of the assistant's voice were lost", "could not be written"];

    private static IEnumerable<Statement> Handlers => Statement.All.Where(statement => statement.Handler.Length > 0);

    [Fact]
    public void Without_a_fault_every_call_ends_as_it_should()
    {
        foreach (var (call, outcome) in undisturbed.Outcomes) output.WriteLine(
            FormattableString.Invariant($"{call}: {outcome.Took.TotalSeconds:0.0} s"));
        Assert.Empty(
            undisturbed.Outcomes.SelectMany(played => played.Outcome.Violations.Select(violation => $"{played.Call}: {violation}")));
    }

    [Fact]
    public void Every_handler_is_reached_but_for_a_few()
    {
        var missed = Handlers.Where(handler => !Reaching(handler).Any()).Select(handler => handler.Handler).ToList();
        Assert.True(missed.All(NotReached.ContainsKey), string.Join('\n', missed.Except(NotReached.Keys)));
        Assert.Empty(NotReached.Keys.Except(Handlers.Select(handler => handler.Handler)));
    }

    [Fact]
    public async Task A_fault_at_each_handler_costs_nothing()
    {
        var random = new Random(Seed);
        await DisturbAsync(Handlers.SelectMany(handler => Reaching(handler).Take(1).Select(call => Once(call, handler, random))));
    }

    [Fact]
    public async Task A_fault_before_any_statement_costs_nothing()
    {
        var random = new Random(Seed);
        var reached = Statement.All.Where(statement => Reaching(statement).Any()).ToArray();
        output.WriteLine($"{reached.Length} of {Statement.All.Count} statements are reached");
        if (Runs != "all")
        {
            random.Shuffle(reached);
            reached = reached[..int.Parse(Runs, CultureInfo.InvariantCulture)];
        }
        await DisturbAsync(reached.Select(statement =>
        {
            var calls = Reaching(statement).ToArray();
            return Once(calls[random.Next(calls.Length)], statement, random);
        }));
    }

    [Fact]
    public async Task A_message_that_fails_twice_is_recovered_or_counted_or_ends_the_session_with_exit_code_1()
    {
        var random = new Random(Seed);
        var twice = Handlers.Where(handler => Reaching(handler).Any()).Where(handler => !Replaced.Contains(handler.Type)).ToArray();
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(twice, Disturbance.AtOnce, async (handler, _) =>
        {
            var disturbance = Once(Reaching(handler).First(), handler, random, times: 2);
            var (station, outcome) = await disturbance.PlayAsync();
            if (outcome.Exit == ExitKind.Failed) return;
            // A record that a sink gives up is counted by the exit code, with its number on stderr.
            if (outcome.Exit == ExitKind.Records && handler.Type == "SinkActor") return;
            foreach (var violation in outcome.Violations.Where(violation => !Counted.Any(violation.Contains)))
                wrong.Add($"{disturbance} ({station}): {violation}");
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
    }

    [Fact]
    public async Task A_station_that_fails_three_times_ends_the_session_with_exit_code_1_and_a_summary()
    {
        var busiest = Handlers.Where(handler => !Replaced.Contains(handler.Type))
            .SelectMany(handler => Reaching(handler).Select(call => (Call: call, Handler: handler))).GroupBy(pair => pair.Handler.Type)
            .Select(station => station.MaxBy(pair => undisturbed.Hits(pair.Call, pair.Handler))).ToList();
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(busiest, Disturbance.AtOnce, async (pair, _) =>
        {
            var (station, outcome) = await new Disturbance(pair.Call, new(pair.Handler, Nth: 1, Times: 3)).PlayAsync();
            output.WriteLine($"{station}: {outcome.Exit} after {outcome.Took} {pair.Handler}");
            if (outcome.Exit != ExitKind.Failed) wrong.Add($"{pair.Handler} of {station}: {outcome.Exit} after {outcome.Took}");
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong));
    }

    private IEnumerable<Call> Reaching(Statement statement) => Call.All.Where(call => undisturbed.Hits(call, statement) > 0);

    private Disturbance Once(Call call, Statement statement, Random random, int times = 1) =>
        new(call, new(statement, random.Next(1, undisturbed.Hits(call, statement) + 1), times));

    private async Task DisturbAsync(IEnumerable<Disturbance> disturbances)
    {
        var (failed, missed, violations) = (0, 0, new ConcurrentBag<string>());
        await Parallel.ForEachAsync(disturbances.ToList(), Disturbance.AtOnce, async (disturbance, _) =>
        {
            var (station, outcome) = await disturbance.PlayAsync();
            if (station is null) Interlocked.Increment(ref missed);
            else Interlocked.Increment(ref failed);
            foreach (var violation in outcome.Violations) violations.Add($"{disturbance} ({station}): {violation}");
        });
        output.WriteLine($"{failed} stations failed, {missed} sessions did not come by their fault this time");
        Assert.True(violations.IsEmpty, string.Join('\n', violations.Order()));
    }
}
