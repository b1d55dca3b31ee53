using System.Globalization;
using RealtimeAkka.Bench;

// A long conversation on virtual devices, and what it costs: dotnet run -c Release --project bench/sound -- [--minutes 10]
// Every third answer is interrupted. Needs what the sound tests need (PulseAudio, PortAudio).
if (args is not ([] or ["--minutes", _])
    || !double.TryParse(args.LastOrDefault() ?? "10", NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes))
{
    Console.Error.WriteLine("usage: --minutes N");
    return 2;
}
if (VirtualSound.Missing is { } missing)
{
    Console.Error.WriteLine(missing);
    return 1;
}
await new Conversation(TimeSpan.FromMinutes(minutes)).RunAsync();
return 0;
