using System.Globalization;
using Akka.Actor;
using BenchmarkDotNet.Running;
using RealtimeAkka.Bench;
using RealtimeAkka.Hosting;

// The pure steps, with BenchmarkDotNet: dotnet run -c Release --project bench/micro -- path [--filter *Decode*]
if (args is ["path", .. var rest])
{
    BenchmarkSwitcher.FromTypes([typeof(AudioPathBenchmarks), typeof(G711Benchmarks)]).Run(rest is [] ? ["--filter", "*"] : [.. rest]);
    return;
}

// Cost of a message on Akka.NET, compared with a System.Threading.Channels pair in the same run:
// dotnet run -c Release --project bench/micro
Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture,
    $"{VoiceHost.Runtime}, .NET {Environment.Version}, {Environment.ProcessorCount} processors; medians of {Bench.Rounds} rounds"));
Console.WriteLine($"{"",-34}{"messages/s",14}{"to channel",12}{"bytes/message",15}");

using var system = ActorSystem.Create("bench", "akka.log-dead-letters = off\nakka.log-dead-letters-during-shutdown = off");
var channel = await Bench.MeasureAsync(Bench.Messages, Bench.ChannelPairAsync);
Bench.Print("channel, one writer, one reader", channel, channel);
Bench.Print("tell, one sender, one actor", await Bench.MeasureAsync(Bench.Messages, n => Bench.TellPairAsync(system, n)), channel);
Bench.Print("fan-in, 8 senders, one actor", await Bench.MeasureAsync(Bench.Messages, n => Bench.FanInAsync(system, n, 8)), channel);
Bench.Print("ring of 100 actors, 100 tokens", await Bench.MeasureAsync(Bench.Messages, n => Bench.RingAsync(system, n, 100, 100)), channel);
var asks = await Bench.AskLatenciesAsync(system, 200_000);
Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture,
    $"ask round trip: p50 {asks[asks.Length / 2]:0.00} us, p99 {asks[asks.Length * 99 / 100]:0.00} us, max {asks[^1]:0.0} us"));
await system.Terminate();
