using PolicyDesk;
using RealtimeAkka.Hosting;

return await VoiceApp.RunAsync(args, app => app.AddTask<PolicyActor>("policy").AddAction<ClaimsActor>("claims"));
