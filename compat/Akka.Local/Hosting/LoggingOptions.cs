using System.Text;

namespace Akka.Hosting;

/// <summary>None, all, or as many as LogCount says.</summary>
public enum TriStateValue
{
    None,
    All,
    Some,
}

/// <summary>How many dead letters are logged.</summary>
public class DeadLetterOptions
{
    public TriStateValue ShouldLog { get; set; } = TriStateValue.Some;
    public int LogCount { get; set; } = 10;
    public bool? LogDuringShutdown { get; set; }
    public TimeSpan? LogSuspendDuration { get; set; }

    public override string ToString()
    {
        var hocon = new StringBuilder("akka.log-dead-letters = ")
            .AppendLine(ShouldLog switch { TriStateValue.None => "off", TriStateValue.All => "on", _ => LogCount.ToHocon() });
        if (LogDuringShutdown is { } during)
            hocon.AppendLine($"akka.log-dead-letters-during-shutdown = {during.ToHocon()}");
        if (LogSuspendDuration is { } pause)
            hocon.AppendLine($"akka.log-dead-letters-suspend-duration = {pause.ToHocon(allowInfinite: true)}");
        return hocon.ToString();
    }
}

/// <summary>What the runtime says about its own doings at Debug.</summary>
public class DebugOptions
{
    public bool? Receive { get; set; }
    public bool? AutoReceive { get; set; }
    public bool? LifeCycle { get; set; }
    public bool? EventStream { get; set; }
    public bool? Unhandled { get; set; }

    public override string ToString()
    {
        (string Key, bool? Value)[] options = [("receive", Receive), ("autoreceive", AutoReceive), ("lifecycle", LifeCycle), ("event-stream", EventStream), ("unhandled", Unhandled)];
        return string.Concat(options.Where(o => o.Value is not null).Select(o => $"akka.actor.debug.{o.Key} = {o.Value!.Value.ToHocon()}\n"));
    }
}
