using FsCheck;
using FsCheck.Fluent;

namespace RealtimeAkka.Actor.Tests.Histories;

/// <summary>
/// The histories of the pure core, run by the actors on a virtual clock. REALTIME_ACTOR_HISTORIES sets their number; a failed one is
/// printed as the pure core runs it, with the violations of the actors.
/// </summary>
public sealed class HistoryActorTests : ActorSpec
{
    private static readonly int Histories = Environment.GetEnvironmentVariable("REALTIME_ACTOR_HISTORIES") is { Length: > 0 } many
        ? int.Parse(many) : 200;

    [Fact]
    public void Whatever_happens_the_actors_tell_each_item_once_in_order_with_its_own_words_and_pay_for_it_once() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories), Prop.ForAll(History.Any, history =>
        {
            ActorMachine? machine = null;
            var world = new World((leaves, tells) => machine = new ActorMachine(this, Time, Pass, leaves, tells));
            world.Live(history);
            machine!.Stop();
            Assert.Empty(world.Violations);
        }));
}
