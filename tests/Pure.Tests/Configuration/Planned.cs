using RealtimeAkka.Hosting;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Configuration;

/// <summary>Makes a plan as the program does, from its own files and user settings.</summary>
internal static class Planned
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 45, 0, TimeSpan.Zero);

    public static RunPlan By(params ConfigLayer[] written) => Make(null, false, Now, written);

    public static RunPlan Profile(string profile, params ConfigLayer[] written) => Make(profile, false, Now, written);

    public static RunPlan Demo(params ConfigLayer[] written) => Make("cookbook", true, Now, written);

    public static RunPlan On(DateTimeOffset day, params ConfigLayer[] written) => Make(null, false, day, written);

    private static RunPlan Make(string? profile, bool demo, DateTimeOffset now, ConfigLayer[] written)
    {
        var stack = ConfigStack.Load(Repository.At("hocon"), profile, written);
        return new RunPlanner(Repository.Root, "Akka.Test", now, new VoiceApp()).Plan(
            stack, new SessionId("s-1"), demo);
    }
}
