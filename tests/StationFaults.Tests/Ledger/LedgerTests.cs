using System.Text.Json;
using Akka.Actor;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.StationFaults.Tests.Injection;
using Xunit.Abstractions;

namespace RealtimeAkka.StationFaults.Tests.Ledger;

/// <summary>The ledger station, with a fault before each of its statements: every usage is charged exactly once.</summary>
public sealed class LedgerTests(ITestOutputHelper output)
{
    private const int Runs = 1500;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Whatever_statement_it_fails_on_the_bill_is_the_same_and_the_budget_is_told()
    {
        var plan = new FaultPlan();
        using var system = ActorSystem.Create("ledger", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        var random = new Random(1);
        var (faults, wrong) = (0, new List<string>());
        var statements = new HashSet<Statement>();
        for (var seed = 1; faults < Runs; seed++)
        {
            var messages = new LedgerStream(seed).Messages();
            plan.Arm(null);
            var undisturbed = await BillAsync(system, plan, messages);
            var reached = Statement.All.Select(statement => (statement, Hits: plan.Hits(statement))).Where(found => found.Hits > 0)
                .ToList();
            statements.UnionWith(reached.Select(found => found.statement));
            foreach (var (statement, hits) in reached)
            {
                plan.Arm(new(statement, random.Next(1, hits + 1)));
                var bill = await BillAsync(system, plan, messages);
                Assert.NotNull(plan.Failed);
                faults++;
                if (bill != undisturbed) wrong.Add($"seed {seed}, {statement}: {bill} instead of {undisturbed}");
            }
        }
        output.WriteLine($"{faults} faults before {statements.Count} statements");
        Assert.Contains(statements, statement => statement.Type == "Budget");
        Assert.Contains(statements, statement => statement.Type == "SeenIds");
        Assert.Contains(statements, statement => statement.Type == "ContextEstimate");
        Assert.True(wrong.Count == 0, $"{wrong.Count} bills are wrong:\n{string.Join('\n', wrong.Take(30))}");
    }

    // The totals as JSON and the budget steps; each step occurs at least once.
    private static async Task<string> BillAsync(ActorSystem system, FaultPlan plan, List<object> messages)
    {
        var steps = new List<decimal>();
        var name = $"supervisor-{Guid.NewGuid():N}"; // the name of a stopping actor is not free yet
        plan.For(name);
        var supervisor = system.ActorOf(Props.Create(() => new Supervisor(steps)), name);
        foreach (var message in messages) supervisor.Tell(message);
        var totals = await supervisor.Ask<LedgerMessages.Totals>(new LedgerMessages.GetTotals(), Limit);
        await supervisor.GracefulStop(Limit);
        return $"{JsonSerializer.Serialize(totals)}, budget at {string.Join(", ", steps.Distinct())}";
    }

    // Like SessionActor: a failed station resumes.
    private sealed class Supervisor : ReceiveActor
    {
        public Supervisor(List<decimal> steps)
        {
            var ledger = Context.ActorOf(CostLedgerActor.Props(LedgerStream.Settings, LedgerStream.Facts, LedgerStream.Context));
            Receive<SessionMessages.BudgetReached>(m => steps.Add(m.Fraction));
            ReceiveAny(ledger.Forward);
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Resume);
    }
}
