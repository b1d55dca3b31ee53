using RealtimeAkka.Simulator.Audio;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator.Session;

/// <summary>State shared by the parts of one session. Accessed only under the connection's lock.</summary>
internal sealed class SessionContext(
    SessionConfig config, Scenario scenario, ConnectionScript script, EventSchedule agenda, Emitter emitter, IdGenerator ids)
{
    public SessionConfig Config { get; set; } = config;
    public Scenario Scenario { get; } = scenario;
    public ConnectionScript Script { get; } = script;
    public EventSchedule Agenda { get; } = agenda;
    public Emitter Out { get; } = emitter;
    public IdGenerator Ids { get; } = ids;
    public Conversation Conversation { get; } = new();
    public Vocabulary Vocabulary { get; } = new(scenario.Turns);
    public TokenMeter Meter { get; } = new();
    public string ConversationId { get; } = ids.Next("conv_");

    /// <summary>Runs an action after <paramref name="ms"/> milliseconds; synchronously when that is 0.</summary>
    public void After(int ms, Action what)
    {
        if (ms == 0) what(); else Agenda.After(TimeSpan.FromMilliseconds(ms), what);
    }
}
