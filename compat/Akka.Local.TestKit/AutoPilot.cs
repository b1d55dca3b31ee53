using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Answers for a probe while the test does something else.</summary>
public abstract class AutoPilot
{
    public static KeepRunning KeepRunning => KeepRunning.Instance;
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <summary>Returns who answers the next message.</summary>
    public abstract AutoPilot? Run(IActorRef sender, object message);
}

/// <summary>Answers nothing.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    public static readonly NoAutoPilot Instance = new();

    private NoAutoPilot() { }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>Says: the same autopilot again.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static readonly KeepRunning Instance = new();

    private KeepRunning() { }

    public override AutoPilot Run(IActorRef sender, object message) => throw new InvalidOperationException("Must not call");
}

/// <summary>An autopilot as a function.</summary>
public delegate AutoPilot? AutoPilotDelegate(IActorRef sender, object message);

/// <summary>Makes an autopilot of a function.</summary>
public sealed class DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate) : AutoPilot
{
    public override AutoPilot? Run(IActorRef sender, object message) => autoPilotDelegate(sender, message);
}
